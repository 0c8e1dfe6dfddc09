using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Endpoints;

/// <summary>The rules of endpoints. Each is checked for create and for update, and what breaks one changes nothing.</summary>
public sealed class EndpointValidationTests
{
    private const string Secret = "s3cr3t-value";

    public static TheoryData<string, string, string?> BadUrls => new()
    {
        // URL, rule, value in the error.
        { "", "required", "" },
        { "receiver.test/hooks", "url", "receiver.test/hooks" },
        { "/hooks", "url", "/hooks" },
        { "https://", "url", "https://" },
        { "https:///hooks", "url", "https:///hooks" },
        { " https://receiver.test/", "url", " https://receiver.test/" },
        { "https://receiver.test/ ", "url", "https://receiver.test/ " },
        { "https://receiver.test/a b", "url", "https://receiver.test/a b" },
        { "https://receiver.test/\r\nX: y", "url", "https://receiver.test/\r\nX: y" },
        { "https://receiver.test:99999/", "url", "https://receiver.test:99999/" },
        { "http://receiver.test/", "https", "http://receiver.test/" },
        { "http://receiver.test/?token=" + Secret, "https", "http://receiver.test/" },
        { "ftp://receiver.test/", "https", "ftp://receiver.test/" },
        { "file://server/share", "https", "file://server/share" },
        { "https://user:" + Secret + "@receiver.test/", "userInfo", null },
        { "https://user@receiver.test/", "userInfo", null },
        { "https://receiver.test/?token=" + Secret + "#top", "fragment", "https://receiver.test/" },
        { "https://receiver.test/" + new string('a', 2_027), "length", "https://receiver.test/" + new string('a', 78) + "…" },
        { "https://user:" + Secret + "@receiver.test/" + new string('a', 2_048), "length", null },
    };

    public static TheoryData<string> GoodUrls =>
    [
        "https://receiver.test",
        "HTTPS://Receiver.TEST:8443/Hooks?a=1&b=%20#"[..^1],
        "https://[2606:4700::1111]/hooks",
        "https://bücher.test/ü",
        "https://receiver.test/" + new string('a', 2_026),
    ];

    public static TheoryData<string, string, string, string> BadHeaders => new()
    {
        // Name, value, field and rule of the error.
        { "", "v", "headers", "name" },
        { "a b", "v", "headers", "name" },
        { "a:b", "v", "headers", "name" },
        { "a\r\nb", "v", "headers", "name" },
        { "é", "v", "headers", "name" },
        { new string('n', 256), "v", "headers", "name" },
        { "X-Token", Secret + "\r\nX-Evil: 1", "headers[X-Token]", "value" },
        { "X-Token", Secret + "\n", "headers[X-Token]", "value" },
        { "X-Token", Secret + "é", "headers[X-Token]", "value" },
        { "X-Token", Secret + "\0", "headers[X-Token]", "value" },
        { "X-Token", Secret + new string('x', 4_096), "headers[X-Token]", "value" },
        { "content-TYPE", Secret, "headers[content-TYPE]", "reserved" },
        { "Content-Length", "1", "headers[Content-Length]", "reserved" },
        { "Host", "elsewhere.test", "headers[Host]", "reserved" },
        { "Transfer-Encoding", "chunked", "headers[Transfer-Encoding]", "reserved" },
        { "Connection", "close", "headers[Connection]", "reserved" },
        { "Proxy-Authorization", "v", "headers[Proxy-Authorization]", "reserved" },
        { "User-Agent", "v", "headers[User-Agent]", "reserved" },
        { "webhook-id", "v", "headers[webhook-id]", "reserved" },
        { "WEBHOOK-Signature", "v", "headers[WEBHOOK-Signature]", "reserved" },
        { "Webhook-Timestamp", "v", "headers[Webhook-Timestamp]", "reserved" },
    };

    [Theory]
    [MemberData(nameof(BadUrls))]
    public Task A_url_that_breaks_a_rule_is_refused(string url, string rule, string? value) =>
        ShouldBeRefusedAsync(TestHost.Settings(url), ("url", rule, value));

    [Theory]
    [MemberData(nameof(GoodUrls))]
    public async Task A_url_is_kept_as_it_was_typed(string url)
    {
        await using var host = await TestHost.StartAsync();

        (await host.Endpoints.CreateAsync(TestHost.Settings(url))).Endpoint.Settings.Url.Should().Be(url);
    }

    [Fact]
    public async Task Http_is_accepted_where_the_host_allows_it_and_nothing_else_is()
    {
        await using var host = await TestHost.WithAsync(options => options.AllowInsecureUrls = true);

        await host.Endpoints.CreateAsync(TestHost.Settings("http://receiver.test:8080/hooks"));
        await ShouldBeRefusedAsync(host, TestHost.Settings("ftp://receiver.test/"), ("url", "https", "ftp://receiver.test/"));
    }

    [Theory]
    [InlineData("order.piad", "known", "Did you mean 'order.paid'?")]
    [InlineData("Order.paid", "known", "Did you mean 'order.paid'?")]
    [InlineData("invoice.*", "known", "not in the event catalog")]
    [InlineData("order.**", "pattern", "prefix")]
    [InlineData("*.paid", "pattern", "prefix")]
    [InlineData("ord*", "pattern", "prefix")]
    [InlineData("order..paid", "pattern", "prefix")]
    [InlineData("", "pattern", "prefix")]
    public async Task An_event_type_that_breaks_a_rule_is_refused(string eventType, string rule, string hint)
    {
        var exception = await ShouldBeRefusedAsync(
            TestHost.Settings() with { EventTypes = ["order.paid", eventType] }, ("eventTypes[1]", rule, eventType));

        exception.Message.Should().Contain(hint);
    }

    [Fact]
    public async Task At_least_one_and_at_most_256_event_types_are_accepted()
    {
        await using var host = await TestHost.StartAsync();
        await ShouldBeRefusedAsync(host, TestHost.Settings() with { EventTypes = [] }, ("eventTypes", "required", null));
        await ShouldBeRefusedAsync(host, TestHost.Settings() with { EventTypes = null! }, ("eventTypes", "required", null));
        await ShouldBeRefusedAsync(
            host, TestHost.Settings() with { EventTypes = [.. Enumerable.Repeat("*", 257)] }, ("eventTypes", "count", "257"));

        var created = await host.Endpoints.CreateAsync(
            TestHost.Settings() with { EventTypes = [.. Enumerable.Repeat("order.*", 255), "task.completed"] });

        created.Endpoint.Settings.EventTypes.Should().Equal("order.*", "task.completed");
    }

    [Fact]
    public async Task Channels_that_break_a_rule_are_refused()
    {
        await using var host = await TestHost.StartAsync();
        await ShouldBeRefusedAsync(
            host,
            TestHost.Settings() with { Channels = ["a", "", "b c", new string('c', 129)] },
            ("channels[1]", "channel", ""),
            ("channels[2]", "channel", "b c"),
            ("channels[3]", "channel", new string('c', 100) + "…"));
        await ShouldBeRefusedAsync(
            host, TestHost.Settings() with { Channels = [.. Enumerable.Repeat("c", 17)] }, ("channels", "count", "17"));
        await ShouldBeRefusedAsync(host, TestHost.Settings() with { Channels = null! }, ("channels", "required", null));
    }

    [Fact]
    public async Task Names_and_descriptions_have_their_lengths()
    {
        await using var host = await TestHost.StartAsync();
        await ShouldBeRefusedAsync(host, TestHost.Settings() with { Name = "" }, ("name", "length", ""));
        await ShouldBeRefusedAsync(
            host,
            TestHost.Settings() with { Name = new string('n', 256), Description = new string('d', 2_049) },
            ("name", "length", new string('n', 100) + "…"),
            ("description", "length", new string('d', 100) + "…"));

        await host.Endpoints.CreateAsync(
            TestHost.Settings() with { Name = new string('n', 255), Description = new string('d', 2_048) });
    }

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public async Task A_header_that_breaks_a_rule_is_refused_and_its_value_not_repeated(
        string name, string value, string field, string rule)
    {
        var settings = TestHost.Settings() with { Headers = new Dictionary<string, string> { ["X-Good"] = "1", [name] = value } };

        var exception = await ShouldBeRefusedAsync(settings, (field, rule, rule == "value" ? null : WithoutEnd(name)));

        exception.ToString().Should().NotContain(Secret);
    }

    [Fact]
    public async Task Headers_of_the_greatest_size_are_accepted_and_sent()
    {
        await using var host = await TestHost.StartAsync();
        var headers = Enumerable.Range(0, 32).ToDictionary(
            number => string.Create(CultureInfo.InvariantCulture, $"X-{number}"), _ => new string('v', 4_096));
        headers["X-0"] = "Bearer a,b;c=\"d\"\te";
        await host.Endpoints.CreateAsync(TestHost.Settings() with { Headers = headers });

        await host.PublishAsync();

        var sent = (await host.Receiver.ReceivedAsync(1)).Single().Headers;
        sent.Should().Contain(headers);
    }

    [Fact]
    public async Task Too_many_headers_none_at_all_and_one_twice_are_refused()
    {
        await using var host = await TestHost.StartAsync();
        var many = Enumerable.Range(0, 33).ToDictionary(number => string.Create(CultureInfo.InvariantCulture, $"X-{number}"), _ => "v");
        await ShouldBeRefusedAsync(host, TestHost.Settings() with { Headers = many }, ("headers", "count", "33"));
        await ShouldBeRefusedAsync(host, TestHost.Settings() with { Headers = null! }, ("headers", "required", null));
        await ShouldBeRefusedAsync(
            host,
            TestHost.Settings() with { Headers = new Dictionary<string, string> { ["X-A"] = "1", ["x-a"] = "2" } },
            ("headers[x-a]", "unique", "x-a"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_001)]
    public Task A_concurrency_out_of_range_is_refused(int maxConcurrency) => ShouldBeRefusedAsync(
        TestHost.Settings() with { MaxConcurrency = maxConcurrency },
        ("maxConcurrency", "range", maxConcurrency.ToString(CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(10_001, 1)]
    [InlineData(5, 0.999)]
    [InlineData(5, -1)]
    [InlineData(5, 86_401)]
    public Task A_rate_limit_out_of_range_is_refused(int count, double seconds)
    {
        var limit = new RateLimit(count, TimeSpan.FromSeconds(seconds));
        return ShouldBeRefusedAsync(TestHost.Settings() with { RateLimit = limit }, ("rateLimit", "range", limit.ToString()));
    }

    [Fact]
    public Task Everything_that_is_wrong_is_named_at_once_in_the_order_of_the_settings() => ShouldBeRefusedAsync(
        new EndpointSettings
        {
            Url = "http://user@receiver.test/#x",
            EventTypes = ["order.unknown", "?"],
            Channels = ["?"],
            Name = "",
            Headers = new Dictionary<string, string> { ["Host"] = "\r" },
            MaxConcurrency = 0,
        },
        ("url", "https", null),
        ("url", "userInfo", null),
        ("url", "fragment", null),
        ("eventTypes[0]", "known", "order.unknown"),
        ("eventTypes[1]", "pattern", "?"),
        ("channels[0]", "channel", "?"),
        ("name", "length", ""),
        ("headers[Host]", "reserved", "Host"),
        ("headers[Host]", "value", null),
        ("maxConcurrency", "range", "0"));

    [Theory]
    [InlineData("tenantId", "", "required")]
    [InlineData("tenantId", "a\tb", "characters")]
    [InlineData("endpointId", "", "required")]
    [InlineData("endpointId", "a/b", "characters")]
    [InlineData("endpointId", "a.b", "characters")]
    public async Task Ids_that_break_a_rule_are_refused(string field, string given, string rule)
    {
        await using var host = await TestHost.StartAsync();
        var options = field == "tenantId" ? new CreateEndpointOptions { TenantId = given } : new CreateEndpointOptions { EndpointId = given };

        var create = () => host.Endpoints.CreateAsync(TestHost.Settings(), options);

        (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle()
            .Which.Should().BeEquivalentTo(new { Field = field, Rule = rule });
    }

    [Fact]
    public async Task A_signer_of_the_hosts_own_reserves_its_headers_instead()
    {
        await using var host = await TestHost.StartAsync(
            services: services => services.AddSingleton<Webhooks.Signing.IWebhookSigner, OwnSigner>());

        await ShouldBeRefusedAsync(
            host,
            TestHost.Settings() with { Headers = new Dictionary<string, string> { ["x-own-signature"] = "1", ["webhook-id"] = "2" } },
            ("headers[x-own-signature]", "reserved", "x-own-signature"));
    }

    private static string WithoutEnd(string name) => name.Length > 100 ? name[..100] + "…" : name;

    private static async Task<WebhookValidationException> ShouldBeRefusedAsync(
        EndpointSettings settings, params (string Field, string Rule, string? Value)[] expected)
    {
        await using var host = await TestHost.StartAsync();
        return await ShouldBeRefusedAsync(host, settings, expected);
    }

    private static async Task<WebhookValidationException> ShouldBeRefusedAsync(
        TestHost host, EndpointSettings settings, params (string Field, string Rule, string? Value)[] expected)
    {
        var good = (await host.Endpoints.CreateAsync(TestHost.Settings())).Endpoint;
        var inserts = host.Store.CallsOf(nameof(IEndpointStore.InsertEndpointAsync));
        var update = () => host.Endpoints.UpdateAsync(good.Id, settings);
        var create = () => host.Endpoints.CreateAsync(settings);

        Errors((await update.Should().ThrowAsync<WebhookValidationException>()).Which).Should().Equal(expected);
        var exception = (await create.Should().ThrowAsync<WebhookValidationException>()).Which;

        Errors(exception).Should().Equal(expected);
        (await host.Endpoints.GetAsync(good.Id)).Should().Be(good);
        host.Store.CallsOf(nameof(IEndpointStore.InsertEndpointAsync)).Should().Be(inserts);
        return exception;
    }

    private static IEnumerable<(string Field, string Rule, string? Value)> Errors(WebhookValidationException exception) =>
        exception.Errors.Select(error => (error.Field, error.Rule, error.Value));

    private sealed class OwnSigner : Webhooks.Signing.IWebhookSigner
    {
        public string Name => Webhooks.Signing.SigningSchemeNames.StandardWebhooks;

        public Webhooks.Signing.WebhookSecret GenerateSecret() => Webhooks.Signing.WebhookSecret.Generate();

        public bool CanSignWith(Webhooks.Signing.WebhookSecret secret) => true;

        public IReadOnlyList<string> HeaderNames => ["X-Own-Signature"];

        public void Sign(Webhooks.Signing.SigningContext attempt, System.Net.Http.Headers.HttpHeaders headers) =>
            headers.Add("X-Own-Signature", "1");
    }
}
