using Microsoft.AspNetCore.Http.HttpResults;

namespace Storefront.Requests;

public sealed record RequestReport(long DroppedRecords, RouteStatistics[] Routes);

public static class RequestEndpoints
{
    public static void AddRequestLog(this IServiceCollection services)
    {
        services.AddOptions<RequestLogOptions>().BindConfiguration("RequestLog");
        services.AddSingleton<RequestLog>();
        services.AddSingleton<RequestStatistics>();
        services.AddHostedService<RequestLogReader>();
    }

    public static void MapRequestStatistics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/statistics", GetStatistics);

    private static Ok<RequestReport> GetStatistics(RequestLog log, RequestStatistics statistics) =>
        TypedResults.Ok(new RequestReport(log.Dropped, statistics.Snapshot()));
}
