using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Http;
using Webhooks.Publishing;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Registration;

public sealed class RegistrationTests
{
    [Fact]
    public async Task Add_webhooks_alone_delivers_over_the_network_and_warns_once_that_memory_is_lost()
    {
        var received = new TaskCompletionSource<string>();
        await using var receiver = await SocketReceiver.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            received.TrySetResult(await reader.ReadToEndAsync());
        });
        using var logs = new LogRecorder();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(logs);
        builder.Services.AddWebhooks().AddEventType("order.paid")
            .Configure(options => options.AllowInsecureUrls = options.Addresses.AllowLoopback = true);
        using var host = builder.Build();
        await host.StartAsync().InTimeAsync();
        await host.Services.GetRequiredService<IWebhookEndpoints>().CreateAsync(TestHost.Settings(receiver.Url.AbsoluteUri));

        await host.Services.GetRequiredService<IWebhookPublisher>().PublishAsync("order.paid", new { id = 1 });

        (await received.Task.InTimeAsync()).Should().Contain("""
            "data":{"id":1}
            """.Trim());
        logs.WithId(100).Should().ContainSingle().Which.Level.Should().Be(LogLevel.Warning);
        await host.StopAsync().InTimeAsync();
    }

    [Fact]
    public async Task A_host_with_a_store_of_its_own_is_not_warned()
    {
        await using var host = await TestHost.StartAsync();

        host.Logs.WithId(100).Should().BeEmpty();
    }

    [Fact]
    public async Task A_host_that_does_not_dispatch_stores_and_another_sends()
    {
        await using var publisher = await TestHost.WithAsync(options => options.Dispatcher.Enabled = false);
        await publisher.AddEndpointAsync();
        await publisher.PublishBatchAsync(20);
        publisher.Clock.Advance(TimeSpan.FromHours(3));
        publisher.Receiver.Requests.Should().BeEmpty();
        publisher.Store.CallsOf(nameof(IDeliveryStore.ClaimAsync)).Should().Be(0);

        await using var sender = await TestHost.StartAsync(like: publisher);

        await sender.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        sender.Receiver.Requests.Should().HaveCount(20);
        publisher.Receiver.Requests.Should().BeEmpty();

        // And what comes later is found by the slow poll.
        await sender.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(10)).InTimeAsync();
        await publisher.PublishAsync();
        sender.Clock.Advance(TimeSpan.FromSeconds(10));
        await sender.Receiver.ReceivedAsync(21);
    }

    [Fact]
    public async Task What_was_published_before_the_start_goes_out_at_the_start()
    {
        await using var host = TestHost.Create();
        await host.AddEndpointAsync();
        await host.PublishAsync();

        await host.StartAsync();

        await host.Receiver.ReceivedAsync(1);
    }

    [Fact]
    public async Task A_hosts_own_parts_replace_ours()
    {
        await using var host = await TestHost.StartAsync(services: services => services
            .AddSingleton<IWebhookSigner, OwnSigner>()
            .AddSingleton<IWebhookEnvelope, OwnEnvelope>());
        await host.AddEndpointAsync();

        await host.PublishAsync();

        var request = (await host.Receiver.ReceivedAsync(1)).Single();
        request.Text.Should().Be("\"order.created\"");
        request.Headers["X-Signed"].Should().Be(TestHost.Noon.ToString("O"));
        request.Headers.Keys.Should().NotContain("webhook-signature");
        host.Services.GetRequiredService<TimeProvider>().Should().BeSameAs(host.Clock);
    }

    [Fact]
    public async Task To_add_webhooks_twice_is_to_add_them_once()
    {
        await using var host = await TestHost.StartAsync(webhooks =>
        {
            webhooks.Services.AddWebhooks();
            webhooks.Services.AddWebhooks(more => more.AddEventType("invoice.sent"));
        });
        host.Services.GetServices<IHostedService>()
            .GroupBy(service => service.GetType()).Should().OnlyContain(group => group.Count() == 1);
        await host.AddEndpointAsync();

        await host.Publisher.PublishAsync("invoice.sent", 1);

        await host.Receiver.ReceivedAsync(1);
        host.Logs.WithId(101).Should().ContainSingle();
    }

    [Fact]
    public async Task What_a_host_chose_for_the_client_survives_a_second_call()
    {
        await using var host = TestHost.Create(webhooks => webhooks.Services.AddWebhooks());
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddWebhooks(webhooks => webhooks
            .AddEventType("order.created")
            .ConfigureHttpClient(client => client.ConfigurePrimaryHttpMessageHandler(() => host.Receiver)));
        builder.Services.AddWebhooks();
        using var twice = builder.Build();
        await twice.StartAsync().InTimeAsync();
        await twice.Services.GetRequiredService<IWebhookEndpoints>().CreateAsync(TestHost.Settings());

        await twice.Services.GetRequiredService<IWebhookPublisher>().PublishAsync("order.created", 1);

        await host.Receiver.ReceivedAsync(1);
        await twice.StopAsync().InTimeAsync();
    }

    [Fact]
    public async Task A_handler_of_the_hosts_sees_what_an_attempt_is_about()
    {
        using var seen = new Observer();
        await using var host = await TestHost.StartAsync(webhooks => webhooks
            .ConfigureHttpClient(client => client.AddHttpMessageHandler(() => seen)));
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.NotFound : HttpStatusCode.OK));
        var endpointId = await host.AddEndpointAsync();
        var result = await host.PublishAsync();
        host.Clock.SetUtcNow((await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).NextAttemptAt!.Value);
        var delivery = await host.DeliveryAsync(DeliveryStatus.Succeeded);

        seen.Attempts.Select(attempt => attempt.AttemptNumber).Should().Equal(1, 2);
        seen.Attempts[1].Should().BeEquivalentTo(new
        {
            DeliveryId = delivery.Id, Endpoint = new { Id = endpointId }, Message = new { Id = result.MessageId },
        });
    }

    [Fact]
    public async Task A_default_header_of_the_client_is_on_attempts_unless_they_have_their_own()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks.ConfigureHttpClient(client => client
            .ConfigureHttpClient(settings =>
            {
                settings.DefaultRequestHeaders.Add("X-Region", "eu");
                settings.DefaultRequestHeaders.Add("User-Agent", "Somebody else");
            })));
        await host.AddEndpointAsync();

        await host.PublishAsync();

        var request = (await host.Receiver.ReceivedAsync(1))[0];
        request.Headers["X-Region"].Should().Be("eu");
        request.Headers["User-Agent"].Should().Be("Webhooks.Core");
    }

    [Fact]
    public async Task A_factory_of_the_hosts_own_makes_the_clients()
    {
        var clients = new OwnClients();
        await using var host = await TestHost.StartAsync(webhooks => webhooks.Services.AddSingleton<IHttpClientFactory>(clients));
        clients.Receiver = host.Receiver;
        await host.AddEndpointAsync();

        await host.PublishAsync();

        await host.Receiver.ReceivedAsync(1);
        clients.Names.Should().Equal(WebhooksDefaults.HttpClientName);
    }

    [Fact]
    public async Task The_client_leaves_the_deadline_to_the_attempt()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(WebhooksDefaults.HttpClientName);

        client.Timeout.Should().Be(Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public async Task An_exception_that_defers_puts_the_delivery_back_without_an_attempt()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks
            .DeferOn<InvalidOperationException>(refusal => refusal.Message == "open" ? TimeSpan.FromMinutes(7) : null));
        var refusal = new InvalidOperationException("open");
        host.Receiver.Answer = (request, _) => request.Number == 1
            ? Task.FromException<HttpResponseMessage>(refusal)
            : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        await host.AddEndpointAsync();
        await host.PublishAsync();

        var delivery = await host.DeliveryAsync(delivery => delivery.NextAttemptAt == TestHost.Noon.AddMinutes(7));
        delivery.Should().BeEquivalentTo(new { AttemptCount = 0, Status = DeliveryStatus.Pending, LastError = (AttemptError?)null });
        (await host.AttemptsAsync()).Should().BeEmpty();

        host.Clock.Advance(TimeSpan.FromMinutes(7));
        (await host.DeliveryAsync(DeliveryStatus.Succeeded)).AttemptCount.Should().Be(1);
    }

    [Fact]
    public async Task An_exception_that_does_not_defer_is_a_failed_attempt()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks
            .DeferOn<InvalidOperationException>(refusal => refusal.Message == "open" ? TimeSpan.FromMinutes(7) : null));
        host.Receiver.Answer = (_, _) => Task.FromException<HttpResponseMessage>(new InvalidOperationException("broken"));
        await host.AddEndpointAsync();
        await host.PublishAsync();

        (await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).LastError.Should().Be(AttemptError.Internal);
    }

    [Fact]
    public async Task An_event_type_that_is_registered_twice_stops_the_start()
    {
        await using var host = TestHost.Create(webhooks => webhooks.AddEventType("order.paid"));

        var start = () => host.StartAsync();

        (await start.Should().ThrowAsync<WebhookValidationException>()).Which.Message.Should().Contain("order.paid");
    }

    private sealed class OwnSigner : IWebhookSigner
    {
        public string Name => SigningSchemeNames.StandardWebhooks;

        public WebhookSecret GenerateSecret() => WebhookSecret.Generate();

        public bool CanSignWith(WebhookSecret secret) => true;

        public IReadOnlyList<string> HeaderNames => ["X-Signed"];

        public void Sign(SigningContext attempt, HttpHeaders headers) => headers.Add("X-Signed", attempt.Timestamp.ToString("O"));
    }

    private sealed class OwnEnvelope : IWebhookEnvelope
    {
        public void Write(Utf8JsonWriter writer, WebhookEnvelopeContext context) => writer.WriteStringValue(context.EventType);
    }

    private sealed class OwnClients : IHttpClientFactory
    {
        public HttpMessageHandler? Receiver { get; set; }

        public List<string> Names { get; } = [];

        public HttpClient CreateClient(string name)
        {
            Names.Add(name);
            return new HttpClient(Receiver!, disposeHandler: false);
        }
    }

    private sealed class Observer : DelegatingHandler
    {
        public List<WebhookRequest> Attempts { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Attempts.Add((WebhookRequest)request);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
