using System.Data.Common;

namespace Breakwater.Corpus.Valid;

/// <summary>A migrator waits for one database, and there is one migrator: its retries meet nobody else's.</summary>
public class DatabaseMigrator(DbConnection connection)
{
    public bool Run()
    {
        for (var attempt = 1; attempt < 10; attempt++)
        {
            try
            {
                connection.Open();
                return true;
            }
            catch (DbException)
            {
                Thread.Sleep(20_000);
            }
        }

        return false;
    }
}
