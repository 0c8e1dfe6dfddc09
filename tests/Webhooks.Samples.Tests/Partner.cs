using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Webhooks.Samples.Tests;

/// <summary>A receiver on a real socket that answers as the test says.</summary>
internal sealed class Partner : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Partner(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>Starts a receiver.</summary>
    /// <param name="answer">Gets each request with its body, and gives the status code and body of the answer.</param>
    public static async Task<Partner> StartAsync(Func<HttpContext, byte[], (int StatusCode, string Body)> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var (statusCode, text) = answer(context, body.ToArray());
            return Results.Text(text, statusCode: statusCode);
        });
        await app.StartAsync();
        return new Partner(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
