using Breakwater.Semantics.Data;

namespace Breakwater.Tests.Semantics;

public class OutboundCallsTests
{
    private static bool Makes(string statements)
    {
        var probe = new Probe(
            $$"""
            using System.Net.Http.Json;
            public class C(HttpClient http, ShopDb db, System.Data.Common.DbCommand sql, IDatabase redis, SemaphoreSlim gate, System.Net.Mail.SmtpClient mail, Azure.Messaging.ServiceBus.ServiceBusSender bus)
            {
                private Task One() => Two();
                private Task Two() => http.GetAsync("/");
                private Task Three() => One();
                private async Task Gated() { await gate.WaitAsync(); await http.GetAsync("/"); }
                public async Task M() { await Task.Yield(); {{statements}} }
            }
            """);
        return OutboundCalls.Of(probe.Compilation).AreMadeFreelyIn(probe.Body("M"), 2, CancellationToken.None);
    }

    [Theory]
    [InlineData("await http.GetStringAsync(\"/\");")]
    [InlineData("await http.PostAsJsonAsync(\"/\", 1);")]
    [InlineData("await mail.SendMailAsync(\"a\", \"b\", \"c\", \"d\");")]
    [InlineData("await sql.ExecuteNonQueryAsync();")]
    [InlineData("await Dapper.SqlMapper.ExecuteAsync(sql.Connection!, \"x\");")]
    [InlineData("await db.Products.ToListAsync();")]
    [InlineData("await db.SaveChangesAsync();")]
    [InlineData("await File.ReadAllTextAsync(\"x\");")]
    [InlineData("await bus.SendMessageAsync(null);")]
    [InlineData("await One();")]
    [InlineData("await Task.Run(() => http.GetAsync(\"/\"));")]
    public void KnowsCallsThatLeaveTheProcess(string statements) => Assert.True(Makes(statements));

    [Theory]
    [InlineData("await Task.Delay(1);")]
    [InlineData("await redis.StringGetAsync(\"x\");")]
    [InlineData("File.ReadAllText(\"x\");")]
    [InlineData("await Three();")]
    [InlineData("await Gated();")]
    [InlineData("await gate.WaitAsync(); await http.GetAsync(\"/\");")]
    public void LeavesTheRestAlone(string statements) => Assert.False(Makes(statements));
}
