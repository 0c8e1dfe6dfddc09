using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Webhooks.Core.Tests.Engine;

/// <summary>A receiver on a real socket.</summary>
internal sealed class SocketReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SocketReceiver(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public static async Task<SocketReceiver> StartAsync(RequestDelegate answer, Action<ListenOptions>? listen = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, options => listen?.Invoke(options)));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new SocketReceiver(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
    }
}
