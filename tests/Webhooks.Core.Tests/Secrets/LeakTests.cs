using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Endpoints;
using Webhooks.Secrets;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Secrets;

/// <summary>Everything that a host shows to people, of hosts in every kind of trouble, is searched for everything that is secret.</summary>
public sealed class LeakTests : IDisposable
{
    private const string Query = "query-5ecret";
    private const string Password = "pa55word-5ecret";
    private const string Bearer = "bearer-5ecret";
    private const string Header = "header-5ecret";
    private const string ClientSecret = "client-5ecret";
    private const string AccessToken = "access-5ecret";

    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_bm8tYnl0ZS1vZi10aGUtZmlsZS1zaG93cy1tZQ==");
    private static readonly byte[] KeyBytes = RandomNumberGenerator.GetBytes(32);
    private static readonly SecretProtectionKey Key = new("k", KeyBytes);

    private static readonly string[] Secrets =
    [
        Secret.Reveal()[WebhookSecret.Prefix.Length..], Query, Password, Bearer, Header, ClientSecret, AccessToken,
        Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"user:{Password}")), Convert.ToBase64String(KeyBytes),
        Convert.ToHexString(KeyBytes),
    ];

    private static readonly EndpointCredentials Basic = new()
    {
        Basic = new("user", Password), Headers = new Dictionary<string, string> { ["X-Key"] = Header },
    };

    private static readonly EndpointCredentials OAuth = new()
    {
        OAuth = new() { TokenUrl = $"https://auth.test/?key={Query}", ClientId = "client", ClientSecret = ClientSecret },
    };

    private readonly ConcurrentQueue<string> _shown = [];
    private readonly ActivityListener _listener;

    public LeakTests()
    {
        _listener = new ActivityListener
        {
            // What the receivers of these tests trace is theirs.
            ShouldListenTo = source => !source.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _shown.Enqueue(
                $"{activity.DisplayName} {string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))} "
                + $"{string.Join(' ', activity.Events.SelectMany(@event => @event.Tags).Select(tag => $"{tag.Key}={tag.Value}"))}"),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(410)]
    [InlineData(500)]
    public async Task Whatever_a_receiver_answers_no_secret_is_shown(int status)
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks.ProtectSecrets(Key));
        host.Receiver.Answer = (request, _) => Task.FromResult(request.Url.Host == "auth.test"
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent($$"""{"access_token":"{{AccessToken}}"}""") }
            : new HttpResponseMessage((HttpStatusCode)status));

        await AttemptAsync(host, $"https://receiver.test/?key={Query}", Basic, new() { BearerToken = Bearer }, OAuth);

        await ShouldShowNoSecretAsync(host);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/?key=")]
    [InlineData("https://127.0.0.1:1/?key=")]
    [InlineData("http://does-not-exist.invalid/?key=")]
    public async Task On_a_network_that_fails_no_secret_is_shown(string url)
    {
        await using var host = await TestHost.StartAsync(network: true);

        await AttemptAsync(host, url + Query, Basic, new() { BearerToken = Bearer }, OAuth with
        {
            OAuth = OAuth.OAuth! with { TokenUrl = url + Query },
        });

        await ShouldShowNoSecretAsync(host);
    }

    [Fact]
    public async Task On_a_network_that_works_no_secret_is_shown()
    {
        await using var receiver = await SocketReceiver.StartAsync(_ => Task.CompletedTask);
        await using var host = await TestHost.StartAsync(network: true);

        await AttemptAsync(host, $"{receiver.Url}?key={Query}", Basic, new() { BearerToken = Bearer });

        await ShouldShowNoSecretAsync(host);
    }

    [Fact]
    public async Task When_the_store_fails_or_a_key_is_missing_no_secret_is_shown()
    {
        await using var writer = await TestHost.StartAsync(webhooks =>
            webhooks.ProtectSecrets(Key).Configure(options => options.Dispatcher.Enabled = false));
        await writer.Endpoints.CreateAsync(
            TestHost.Settings($"https://receiver.test/?key={Query}"), new() { Secret = Secret, Credentials = Basic });
        await using var host = await TestHost.StartAsync(
            webhooks => webhooks.ProtectSecrets(new SecretProtectionKey("other", RandomNumberGenerator.GetBytes(32))), like: writer);
        await host.PublishAsync();
        await host.Logs.LoggedAsync(401);
        host.Store.Fail(nameof(IMessageStore.AppendAsync));
        var publish = () => host.PublishAsync();
        _shown.Enqueue((await publish.Should().ThrowAsync<WebhookStoreException>()).Which.ToString());

        await ShouldShowNoSecretAsync(host);
    }

    [Fact]
    public async Task What_is_refused_is_refused_without_its_secrets()
    {
        await using var host = await TestHost.StartAsync();
        string[] urls =
        [
            $"http://receiver.test/?key={Query}", $"https://user:{Password}@receiver.test/", $"https://receiver.test/?key={Query}#fragment",
            $"not a url ?key={Query}", $"https://receiver.test/{new string('x', 2_048)}?key={Query}", $"ftp://receiver.test/?key={Query}",
        ];
        foreach (var url in urls)
        {
            var create = () => host.Endpoints.CreateAsync(TestHost.Settings(url));
            _shown.Enqueue((await create.Should().ThrowAsync<WebhookValidationException>(url)).Which.ToString());
        }

        await ShouldShowNoSecretAsync(host);
    }

    [Fact]
    public void No_object_that_holds_a_secret_shows_it_as_text()
    {
        var settings = TestHost.Settings($"https://receiver.test/hooks?key={Query}") with
        {
            Headers = new Dictionary<string, string> { ["X-Key"] = Header },
        };
        var endpoint = new WebhookEndpoint
        {
            Id = "ep_1", TenantId = "acme", Settings = settings, Version = 1, CreatedAt = TestHost.Noon, UpdatedAt = TestHost.Noon,
        };
        object[] holders =
        [
            settings, endpoint, Basic, Basic.Basic!, OAuth, OAuth.OAuth!, Key, new CreatedEndpoint(endpoint, Secret),
            new CreateEndpointOptions { Secret = Secret, Credentials = Basic },
            new EndpointWithSecrets(endpoint, [new EndpointSecret(Secret, TestHost.Noon, null)], Basic),
            new StoredEndpoint(endpoint, JsonSerializer.Serialize(Basic)),
            new Webhooks.Http.WebhookRequest(
                new Uri("https://receiver.test/" + Secret),
                endpoint,
                new() { Id = "m", TenantId = "t", EventType = "e", Payload = default, Timestamp = default, CreatedAt = default },
                "dlv_1",
                1)
            {
                Headers = { { "Authorization", $"Bearer {AccessToken}" } },
            },
            new Webhooks.Http.OAuth.AccessToken($"Bearer {AccessToken}", TestHost.Noon),
            new Webhooks.Http.OAuth.TokenResponse { AccessToken = AccessToken },
            new Webhooks.Http.Tls.TlsIdentity(Password, null),
        ];

        foreach (var holder in holders)
        {
            Secrets.Should().OnlyContain(secret => !holder.ToString()!.Contains(secret), holder.GetType().Name);
        }

        settings.ToString().Should().Contain("https://receiver.test/hooks");
    }

    private static async Task AttemptAsync(TestHost host, string url, params EndpointCredentials[] credentials)
    {
        foreach (var given in credentials)
        {
            await host.Endpoints.CreateAsync(TestHost.Settings(url), new() { Secret = Secret, Credentials = given });
        }

        await host.PublishAsync();
        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.AttemptCount == 1));
    }

    private async Task ShouldShowNoSecretAsync(TestHost host)
    {
        foreach (var delivery in await host.DeliveriesAsync())
        {
            _shown.Enqueue(delivery.ToString());
            foreach (var attempt in (await host.Log.ListAttemptsAsync(new AttemptQuery { DeliveryId = delivery.Id })).Items)
            {
                _shown.Enqueue($"{attempt} {attempt.ErrorMessage}");
            }
        }

        foreach (var endpoint in (await host.Endpoints.ListAsync(new())).Items)
        {
            _shown.Enqueue(endpoint.ToString());
        }

        await host.StopAsync();
        foreach (var entry in host.Logs.Entries)
        {
            _shown.Enqueue($"{entry.Category} {entry.Message} {entry.Exception}");
        }

        _shown.Should().NotBeEmpty();
        foreach (var secret in Secrets)
        {
            _shown.Should().OnlyContain(text => !text.Contains(secret), secret);
        }
    }
}
