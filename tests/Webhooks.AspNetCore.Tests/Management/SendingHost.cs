using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management;

namespace Webhooks.AspNetCore.Tests.Management;

/// <summary>A host that receives what it sends, with the status code that a test wants.</summary>
internal sealed class SendingHost : IAsyncDisposable
{
    private SendingHost(ManagementHost api, Receiver receiver)
    {
        Api = api;
        Received = receiver;
    }

    public ManagementHost Api { get; }

    public Receiver Received { get; }

    public static async Task<SendingHost> StartAsync()
    {
        var receiver = new Receiver();
        return new SendingHost(
            await ManagementHost.StartAsync(map: app =>
            {
                ManagementHost.Map(WebhookApiParts.All)(app);
                app.MapPost("/receive", receiver.ReceiveAsync);
            }),
            receiver);
    }

    /// <summary>Creates an endpoint that gets each message once, without retries.</summary>
    public async Task<string> CreateEndpointAsync()
    {
        var created = await Api.PostAsync(
            "/v1/endpoints", $$"""{"url":"{{Api.Address}}receive","event_types":["*"],"retry_schedule":[]}""");
        created.StatusCode.Should().Be(System.Net.HttpStatusCode.Created, created.Text);
        return created["id"];
    }

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    internal sealed class Receiver
    {
        private volatile int _statusCode = StatusCodes.Status200OK;

        public int StatusCode
        {
            get => _statusCode;
            set => _statusCode = value;
        }

        public System.Collections.Concurrent.ConcurrentQueue<(string Id, string Body)> Requests { get; } = [];

        /// <summary>The header of the last request; empty for none.</summary>
        public string Authorization { get; private set; } = "";

        public async Task ReceiveAsync(HttpContext context)
        {
            Authorization = context.Request.Headers.Authorization.ToString();
            using var reader = new StreamReader(context.Request.Body);
            Requests.Enqueue((context.Request.Headers["webhook-id"].ToString(), await reader.ReadToEndAsync()));
            context.Response.StatusCode = StatusCode;
            await context.Response.WriteAsync($"answered {StatusCode}");
        }
    }
}
