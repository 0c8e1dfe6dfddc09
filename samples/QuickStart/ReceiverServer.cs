using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace QuickStart;

/// <summary>The partners' servers: one Kestrel on a free port of this machine, one path for each receiver.</summary>
internal sealed class ReceiverServer(WebApplication app, IReadOnlyList<Receiver> receivers) : IAsyncDisposable
{
    public IReadOnlyList<Receiver> Receivers => receivers;

    public static async Task<ReceiverServer> StartAsync(IReadOnlyList<Receiver> receivers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        foreach (var receiver in receivers)
        {
            app.MapPost(receiver.Path, (HttpRequest request) => receiver.ReceiveAsync(request));
        }

        await app.StartAsync();
        foreach (var receiver in receivers)
        {
            receiver.Url = app.Urls.Single() + receiver.Path;
        }

        return new ReceiverServer(app, receivers);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
