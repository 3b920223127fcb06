namespace Breakwater.Tests;

/// <summary>The usings and types that the snippets of the backpressure and craft catalogues use.</summary>
internal static class WorkPrelude
{
    public const string Source =
        """
        global using System; global using System.Collections.Concurrent; global using System.Collections.Generic; global using System.Collections.ObjectModel;
        global using System.IO; global using System.IO.Pipelines; global using System.Linq; global using System.Net.Http; global using System.Net.Http.Json;
        global using System.Text; global using System.Text.Json; global using System.Threading; global using System.Threading.Channels;
        global using System.Threading.RateLimiting; global using System.Threading.Tasks; global using System.Threading.Tasks.Dataflow;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Identity; global using Microsoft.AspNetCore.Mvc; global using Microsoft.AspNetCore.Mvc.RazorPages;
        global using Microsoft.AspNetCore.RateLimiting; global using Microsoft.AspNetCore.Routing; global using Microsoft.AspNetCore.Server.Kestrel.Core;
        global using Microsoft.AspNetCore.SignalR; global using Microsoft.EntityFrameworkCore; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        global using MassTransit; global using RabbitMQ.Client; global using RabbitMQ.Client.Events;
        public record Order(int Id, string Email);
        public record Invoice(int Id);
        public interface ISender { Task SendAsync(Order o, CancellationToken ct = default); }
        public class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<Invoice> Invoices => Set<Invoice>(); }
        """;
}
