using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Testing;

namespace Webhooks.Ed25519.Tests;

/// <summary>A host with the scheme, as hosts are; only its clock and network are stand-ins.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IHost _host;
    private readonly Network _network;

    private TestHost(IHost host, FakeClock clock, Network network)
    {
        _host = host;
        Clock = clock;
        _network = network;
    }

    public FakeClock Clock { get; }

    public IWebhookEndpoints Endpoints => _host.Services.GetRequiredService<IWebhookEndpoints>();

    public IWebhookPublicKeys PublicKeys => _host.Services.GetRequiredService<IWebhookPublicKeys>();

    public static async Task<TestHost> StartAsync(Action<IWebhooksBuilder>? configure = null)
    {
        var clock = new FakeClock(new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));
        var network = new Network();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddWebhooks(webhooks =>
        {
            webhooks.AddEd25519().AddEventType("order.created");
            webhooks.ConfigureHttpClient(client => client.ConfigurePrimaryHttpMessageHandler(() => network));
            configure?.Invoke(webhooks);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new TestHost(host, clock, network);
    }

    /// <summary>Adds an endpoint that is signed for by these schemes.</summary>
    public Task<CreatedEndpoint> AddEndpointAsync(IReadOnlyList<string>? schemes, CreateEndpointOptions? options = null) =>
        Endpoints.CreateAsync(
            new EndpointSettings { Url = "https://receiver.test/hooks", EventTypes = ["*"], SigningSchemes = schemes }, options);

    /// <summary>Publishes an event and waits until it has been sent.</summary>
    public async Task<SentRequest> SendAsync()
    {
        await _host.Services.GetRequiredService<IWebhookPublisher>().PublishAsync("order.created", new { id = "o-1" });
        return await _network.Requests.Reader.ReadAsync().AsTask().WaitAsync(Patience, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _network.Dispose();
    }

    /// <summary>Stands in for the network: records what is sent and answers 200.</summary>
    private sealed class Network : HttpMessageHandler
    {
        public Channel<SentRequest> Requests { get; } = Channel.CreateUnbounded<SentRequest>();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            Requests.Writer.TryWrite(new SentRequest(
                request.Headers.ToDictionary(header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase),
                body));
            return new HttpResponseMessage();
        }
    }
}
