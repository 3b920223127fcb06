namespace Breakwater.Tests;

/// <summary>The types that the caching catalogue's snippets use.</summary>
internal static class ShopPrelude
{
    public const string Source =
        """
        global using System; global using System.Collections.Concurrent; global using System.Collections.Generic; global using System.IO;
        global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Authorization; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Mvc; global using Microsoft.AspNetCore.OutputCaching; global using Microsoft.EntityFrameworkCore;
        global using Microsoft.Extensions.Caching.Distributed; global using Microsoft.Extensions.Caching.Hybrid; global using Microsoft.Extensions.Caching.Memory;
        global using Microsoft.Extensions.DependencyInjection; global using StackExchange.Redis;
        public class Product { public int Id { get; set; } public string Name { get; set; } = ""; public decimal Price { get; set; } public List<string> Tags { get; set; } = []; }
        public class ShopDb : DbContext { public DbSet<Product> Products => Set<Product>(); }
        public interface IProductApi { Task<Product> LoadAsync(int id, CancellationToken ct = default); Task<Product> LoadAsync(int id, string region, CancellationToken ct = default); Task<List<Product>> AllAsync(CancellationToken ct = default); }
        public static class Ttl { public static readonly MemoryCacheEntryOptions M = new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5) }; public static readonly DistributedCacheEntryOptions D = new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5) }; }
        """;
}
