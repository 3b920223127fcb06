// Types that rules look up and whose library cannot be restored here. Read as text by the conventions and never compiled into a
// test. A type stands here only while a rule looks it up and no referenced library has it; the conventions see to both.

// SpecFlow can be restored, but not beside Reqnroll, which took its types over.
namespace TechTalk.SpecFlow
{
    public class BindingAttribute : System.Attribute;
}

namespace Azure.Messaging.EventHubs
{
    public class EventProcessorClient;
}

namespace NServiceBus
{
    public interface IHandleMessages<T>;
}

namespace Microsoft.Azure.Functions.Worker
{
    public class ServiceBusTriggerAttribute : System.Attribute;

    public class QueueTriggerAttribute : System.Attribute;

    public class EventHubTriggerAttribute : System.Attribute;

    public class KafkaTriggerAttribute : System.Attribute;

    public class RabbitMQTriggerAttribute : System.Attribute;
}

namespace Microsoft.Azure.WebJobs
{
    public class ServiceBusTriggerAttribute : System.Attribute;

    public class QueueTriggerAttribute : System.Attribute;

    public class EventHubTriggerAttribute : System.Attribute;

    public class KafkaTriggerAttribute : System.Attribute;

    public class RabbitMQTriggerAttribute : System.Attribute;
}

namespace Marten
{
    public interface IDocumentSession
    {
        void Store<T>(params T[] entities) where T : notnull;

        System.Threading.Tasks.Task SaveChangesAsync();
    }
}

namespace Microsoft.Extensions.Caching.SqlServer
{
    public class SqlServerCache;
}

namespace Microsoft.Extensions.Caching.Cosmos
{
    public class CosmosCache;
}

namespace Microsoft.Extensions.Caching.StackExchangeRedis
{
    public class RedisCache;
}
