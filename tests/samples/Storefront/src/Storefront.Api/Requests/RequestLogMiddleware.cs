namespace Storefront.Requests;

public sealed class RequestLogMiddleware(RequestDelegate next, RequestLog log, TimeProvider clock)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // Read before the exception handler can take the endpoint away.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown";
        var start = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            log.Add(new RequestRecord(route, context.Response.StatusCode, clock.GetElapsedTime(start)));
        }
    }
}
