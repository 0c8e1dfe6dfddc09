using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.Testing;

namespace Webhooks.AspNetCore.Tests.Receiving;

/// <summary>A receiver on a real socket of the loopback, with a clock of the test's and all that it logs.</summary>
internal sealed class ReceivingHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ReceivingHost(WebApplication app, LogRecorder log, FakeClock clock)
    {
        _app = app;
        Log = log;
        Clock = clock;
        Address = new Uri(app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public LogRecorder Log { get; }

    public FakeClock Clock { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static async Task<ReceivingHost> StartAsync(
        Action<WebApplication, FakeClock> map, Action<WebApplicationBuilder>? configure = null)
    {
        var log = new LogRecorder();
        var clock = new FakeClock(Message.SentAt);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton<TimeProvider>(clock);
        configure?.Invoke(builder);
        var app = builder.Build();
        map(app, clock);
        await app.StartAsync();
        return new ReceivingHost(app, log, clock);
    }

    public async Task<HttpStatusCode> SendAsync(Message message, string path = "/hook")
    {
        using var response = await ResponseAsync(message, path);
        return response.StatusCode;
    }

    public Task<HttpResponseMessage> ResponseAsync(Message message, string path = "/hook") =>
        Client.SendAsync(message.ToRequest(path)).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    internal sealed class LogRecorder : ILoggerProvider
    {
        private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text)> _entries = [];

        public IEnumerable<string> All => _entries.Select(entry => entry.Text);

        /// <summary>What the library logged.</summary>
        public IEnumerable<string> WithId(int id) => _entries.Where(entry => entry.Id == id).Select(entry => entry.Text);

        public ILogger CreateLogger(string categoryName) => new Logger(this);

        public void Dispose()
        {
        }

        private sealed class Logger(LogRecorder recorder) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                recorder._entries.Enqueue((eventId.Id, logLevel, $"{formatter(state, exception)} {exception}"));
        }
    }
}
