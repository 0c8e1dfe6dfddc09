using System.Net;
using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webhooks.Dispatching;
using Webhooks.Ed25519;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Signing;

namespace Webhooks.Interop.Tests;

/// <summary>A host that sends webhooks over HTTP to receivers on this machine, and sees what they answer.</summary>
internal sealed class Sender : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IHost _host;
    private readonly Channel<ReceivedAnswer> _answers = Channel.CreateUnbounded<ReceivedAnswer>();

    private Sender()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddWebhooks(webhooks => webhooks
            .AddEd25519()
            .AddEventType("order.created")
            .Configure(options => options.AllowInsecureUrls = options.Addresses.AllowLoopback = true)
            .ConfigureJson(json => json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
            .ConfigureHttpClient(client => client.AddHttpMessageHandler(() => new Wire(this))));
        _host = builder.Build();
    }

    /// <summary>Which bit of the body is another when it arrives, counted from its beginning, or from its end where negative; null for none.</summary>
    public int? FlippedBit { get; set; }

    public IWebhookEndpoints Endpoints => _host.Services.GetRequiredService<IWebhookEndpoints>();

    public static async Task<Sender> StartAsync()
    {
        var sender = new Sender();
        await sender._host.StartAsync();
        return sender;
    }

    /// <summary>Adds an endpoint that is signed for by these schemes, and has one attempt.</summary>
    public Task<CreatedEndpoint> AddEndpointAsync(string url, IReadOnlyList<string> schemes, WebhookSecret? secret = null) =>
        Endpoints.CreateAsync(
            new EndpointSettings { Url = url, EventTypes = ["*"], SigningSchemes = schemes, RetrySchedule = new RetrySchedule() },
            new CreateEndpointOptions { Secret = secret });

    /// <summary>What the owner of a receiver is given to verify with: the newest secret, or all public keys.</summary>
    public async Task<string> KeyAsync(CreatedEndpoint endpoint, WebhookSecret secret) => secret.Kind == WebhookSecretKind.Asymmetric
        ? (await _host.Services.GetRequiredService<IWebhookPublicKeys>().GetAsync(endpoint.Endpoint.Id)).ToJwks()
        : secret.Reveal();

    /// <summary>Publishes an event and waits for what its receiver answers.</summary>
    public async Task<ReceivedAnswer> SendAsync()
    {
        await _host.Services.GetRequiredService<IWebhookPublisher>()
            .PublishAsync("order.created", new { id = "o-1", customer = "Zoë \"Ö\" 李", note = "5 < 6 & 'ü' 🚀\n", total = 12.50m });
        return await _answers.Reader.ReadAsync().AsTask().WaitAsync(Patience, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>What lies between sender and receiver.</summary>
    private sealed class Wire(Sender sender) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (sender.FlippedBit is { } bit)
            {
                await FlipAsync(request, bit, cancellationToken);
            }

            var response = await base.SendAsync(request, cancellationToken);
            var verdicts = response.StatusCode == HttpStatusCode.BadRequest
                ? await response.Content.ReadFromJsonAsync<Dictionary<string, bool>>(cancellationToken)
                : null;
            sender._answers.Writer.TryWrite(new ReceivedAnswer(response.StatusCode, verdicts ?? []));
            return response;
        }

        private static async Task FlipAsync(HttpRequestMessage request, int bit, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            bit = bit < 0 ? (body.Length * 8) + bit : bit;
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            var changed = new ByteArrayContent(body);
            foreach (var (name, values) in request.Content.Headers.NonValidated)
            {
                changed.Headers.TryAddWithoutValidation(name, values);
            }

            request.Content = changed;
        }
    }
}
