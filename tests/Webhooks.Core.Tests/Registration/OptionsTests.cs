using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webhooks.Addresses;
using Webhooks.Core.Tests.Engine;
using Webhooks.Signing;

namespace Webhooks.Core.Tests.Registration;

public sealed class OptionsTests
{
    public static TheoryData<string, string, string, string> Ranges => new()
    {
        // Setting, its least and its greatest value, and a word of its rule. Names as in configuration.
        { "MaxPayloadBytes", "1024", "16777216", "between" },
        { "Signing:SecretGracePeriod", "00:00:00", "7.00:00:00", "between" },
        { "Dispatcher:MaxConcurrency", "1", "10000", "between" },
        { "Dispatcher:MaxConcurrencyPerEndpoint", "1", "1000", "between" },
        { "Dispatcher:MaxRatePerTenant", "1", "10000", "between" },
        { "Dispatcher:Capacity", "1", "100000", "between" },
        { "Dispatcher:CapacityPerEndpoint", "1", "100000", "between" },
        { "Dispatcher:AttemptTimeout", "00:00:01", "00:01:00", "between" },
        { "Dispatcher:LeaseDuration", "00:00:30", "01:00:00", "twice" },
        { "Dispatcher:PollInterval", "00:00:01", "00:10:00", "between" },
        { "Dispatcher:MaxResponseExcerptBytes", "0", "65536", "between" },
        { "Connections:MaxPerServer", "1", "10000", "between" },
        { "Connections:Lifetime", "00:00:10", "01:00:00", "between" },
        { "DisableAfter", "00:00:00", "365.00:00:00", "between" },
        { "CircuitBreaker:FailureRatio", "0.01", "1", "between" },
        { "CircuitBreaker:MinimumAttempts", "1", "10000", "between" },
        { "CircuitBreaker:Window", "00:00:01", "01:00:00", "between" },
        { "CircuitBreaker:BreakDuration", "00:00:01", "01:00:00", "between" },
        { "CircuitBreaker:MaxBreakDuration", "00:00:30", "1.00:00:00", "not be less" },
        { "Retry:Jitter", "0", "1", "between" },
        { "Retry:MaxRetryAfter", "00:00:00", "30.00:00:00", "between" },
        { "Retry:Delays:0", "00:00:00", "30.00:00:00", "0 to 30 days" },
        { "Replay:BatchSize", "1", "1000", "between" },
        { "Replay:BatchInterval", "00:00:00.1", "01:00:00", "between" },
        { "Retention:Messages", "01:00:00", "3653.00:00:00", "between" },
        { "Retention:Attempts", "01:00:00", "3653.00:00:00", "between" },
        { "Retention:Payloads", "00:00:00", "3653.00:00:00", "between" },
        { "Retention:Interval", "00:01:00", "1.00:00:00", "between" },
        { "Diagnostics:MaxDueAge", "00:00:01", "1.00:00:00", "between" },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task A_setting_is_accepted_at_both_ends_of_its_range_and_stops_the_start_beyond(
        string setting, string least, string greatest, string rule)
    {
        await StartAsync((setting, least));
        await StartAsync((setting, greatest));

        foreach (var beyond in new[] { Step(least, -1), Step(greatest, 1) })
        {
            var message = (await RefusalAsync((setting, beyond))).Message;
            message.Should().Contain(setting.Split(':')[^1] is "0" ? "Delays" : setting.Split(':')[^1]);
            message.Should().Contain(rule is "twice" or "not be less" && beyond != Step(least, -1) ? "between" : rule);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("256 times x")]
    [InlineData("Mine\r\nX-Evil: 1")]
    [InlineData("Größe")]
    public async Task A_user_agent_that_cannot_be_sent_stops_the_start(string userAgent) =>
        (await RefusalAsync(("UserAgent", userAgent.StartsWith("256", StringComparison.Ordinal) ? new string('x', 256) : userAgent)))
            .Message.Should().Contain("UserAgent");

    [Theory]
    [InlineData("proxy.test:3128")]
    [InlineData("ftp://proxy.test")]
    [InlineData("http://user:pa55@proxy.test")]
    [InlineData("http://proxy.test/path")]
    public async Task A_proxy_that_is_none_stops_the_start(string proxy) =>
        (await RefusalAsync(("Connections:Proxy", proxy))).Message.Should().Contain("Connections.Proxy").And.NotContain("pa55");

    [Fact]
    public async Task A_lease_must_outlive_an_attempt()
    {
        await StartAsync(("Dispatcher:AttemptTimeout", "00:01:00"), ("Dispatcher:LeaseDuration", "00:02:00"));

        var refusal = await RefusalAsync(("Dispatcher:AttemptTimeout", "00:01:00"), ("Dispatcher:LeaseDuration", "00:01:59"));

        refusal.Failures.Should().ContainSingle().Which.Should()
            .Contain("LeaseDuration").And.Contain("AttemptTimeout").And.Contain("00:01:59");
    }

    [Theory]
    [InlineData("Addresses:AllowedNetworks:0", "10/8", "AllowedNetworks[0]")]
    [InlineData("Addresses:AllowedNetworks:0", "10.0.0.1/8", "AllowedNetworks[0]")]
    [InlineData("Addresses:AllowedNetworks:0", "0x0a.0.0.0/8", "AllowedNetworks[0]")]
    [InlineData("Addresses:AllowedNetworks:0", "10.0.0.0/33", "AllowedNetworks[0]")]
    [InlineData("Addresses:AllowedNetworks:0", "10.0.0.0/8/8", "AllowedNetworks[0]")]
    [InlineData("Addresses:AllowedNetworks:0", "fe80::1%1", "AllowedNetworks[0]")]
    [InlineData("Addresses:AllowedNetworks:0", "localhost", "AllowedNetworks[0]")]
    [InlineData("Addresses:DeniedNetworks:0", "", "DeniedNetworks[0]")]
    [InlineData("Addresses:DeniedNetworks:0", "fd00::1/8", "DeniedNetworks[0]")]
    [InlineData("Addresses:AllowedHosts:0", "*example.com", "AllowedHosts[0]")]
    [InlineData("Addresses:AllowedHosts:0", "a.*.com", "AllowedHosts[0]")]
    [InlineData("Addresses:DeniedHosts:0", "https://example.com", "DeniedHosts[0]")]
    [InlineData("Addresses:DeniedHosts:0", "example.com:443", "DeniedHosts[0]")]
    [InlineData("Addresses:DeniedHosts:0", "10.0.0.1", "DeniedHosts[0]")]
    [InlineData("Addresses:DeniedHosts:0", "*.", "DeniedHosts[0]")]
    [InlineData("Addresses:AllowedPorts:0", "0", "AllowedPorts[0]")]
    [InlineData("Addresses:DeniedPorts:0", "65536", "DeniedPorts[0]")]
    public async Task An_address_rule_that_is_none_stops_the_start(string setting, string value, string name) =>
        (await RefusalAsync((setting, value))).Failures.Should().ContainSingle()
            .Which.Should().Contain($"Addresses.{name}").And.Contain($"'{value}'").And.Contain("must be");

    [Theory]
    [InlineData("Addresses:AllowedNetworks:0", "10.0.0.0/8")]
    [InlineData("Addresses:AllowedNetworks:0", "10.0.0.1")]
    [InlineData("Addresses:AllowedNetworks:0", "FD00:0::/8")]
    [InlineData("Addresses:DeniedNetworks:0", "::ffff:10.0.0.0/104")]
    [InlineData("Addresses:AllowedHosts:0", "*")]
    [InlineData("Addresses:AllowedHosts:0", "*.Example.com.")]
    [InlineData("Addresses:DeniedHosts:0", "bücher.example")]
    [InlineData("Addresses:DeniedHosts:0", "metadata")]
    [InlineData("Addresses:AllowedPorts:0", "1")]
    [InlineData("Addresses:DeniedPorts:0", "65535")]
    public Task Address_rules_have_the_usual_spellings(string setting, string value) => StartAsync((setting, value));

    [Theory]
    [InlineData("nobody's", "'nobody's' is not the name of a scheme. There are: github, shopify, slack, stripe, svix, v1.")]
    [InlineData("", "'' is not the name of a scheme")]
    public async Task A_default_scheme_that_there_is_not_stops_the_start(string scheme, string reason) =>
        (await RefusalAsync(("Signing:Default:0", scheme))).Message.Should().Contain("Signing.Default").And.Contain(reason);

    [Fact]
    public async Task Schemes_are_configured_from_nothing_or_from_what_is_there() => await StartAsync(
        ("Signing:Schemes:mynd:SignatureHeader", "Mynd-Signature"),
        ("Signing:Schemes:GITHUB:SignatureHeader", "X-Webhook-Signature-256"),
        ("Signing:Schemes:list:SignatureHeader", "X-List"),
        ("Signing:Schemes:list:Separator", " "),
        ("Signing:Schemes:list:Hash", "sha512"),
        ("Signing:Default:0", "mynd"),
        ("Signing:Default:1", "github"),
        ("Signing:Default:2", "list"));

    [Fact]
    public async Task Each_wrong_setting_has_a_message_of_its_own()
    {
        var refusal = await RefusalAsync(("MaxPayloadBytes", "1"), ("Dispatcher:Capacity", "0"), ("Retry:Jitter", "2"));

        refusal.Failures.SelectMany(failure => failure.Split("; ")).Should().HaveCount(3);
        refusal.Message.Should().Contain("MaxPayloadBytes").And.Contain("Capacity").And.Contain("Jitter");
    }

    [Fact]
    public void Every_setting_is_bound_from_configuration()
    {
        var settings = new (string, string)[]
        {
            ("MaxPayloadBytes", "2048"),
            ("AllowInsecureUrls", "true"),
            ("ResolveUrlsAtRegistration", "true"),
            ("EventVersion", "v1"),
            ("Addresses:AllowLoopback", "true"),
            ("Addresses:AllowedNetworks:0", "10.1.0.0/16"),
            ("Addresses:AllowedNetworks:1", "fd00::1"),
            ("Addresses:DeniedNetworks:0", "8.8.8.0/24"),
            ("Addresses:AllowedHosts:0", "hooks.example.com"),
            ("Addresses:DeniedHosts:0", "*.example.com"),
            ("Addresses:AllowedPorts:0", "443"),
            ("Addresses:DeniedPorts:0", "25"),
            ("UserAgent", "Shop/1.0"),
            ("Signing:SecretGracePeriod", "01:00:00"),
            ("Signing:Default:0", "v1"),
            ("Signing:Default:1", "GitHub"),
            ("Signing:Schemes:GitHub:SignatureHeader", "X-Webhook-Signature-256"),
            ("Dispatcher:Enabled", "false"),
            ("Dispatcher:MaxConcurrency", "11"),
            ("Dispatcher:MaxConcurrencyPerEndpoint", "12"),
            ("Dispatcher:Capacity", "13"),
            ("Dispatcher:CapacityPerEndpoint", "14"),
            ("Dispatcher:AttemptTimeout", "00:00:15.5"),
            ("Dispatcher:LeaseDuration", "00:16:00"),
            ("Dispatcher:PollInterval", "00:00:17"),
            ("Dispatcher:MaxResponseExcerptBytes", "18"),
            ("Dispatcher:MaxRatePerTenant", "29"),
            ("DisableAfter", "30.00:00:00"),
            ("CircuitBreaker:Enabled", "false"),
            ("CircuitBreaker:FailureRatio", "0.31"),
            ("CircuitBreaker:MinimumAttempts", "32"),
            ("CircuitBreaker:Window", "00:33:00"),
            ("CircuitBreaker:BreakDuration", "00:34:00"),
            ("CircuitBreaker:MaxBreakDuration", "00:35:00"),
            ("Connections:MaxPerServer", "26"),
            ("Connections:Lifetime", "00:27:00"),
            ("Connections:Proxy", "http://proxy.test:28"),
            ("Retry:Delays:0", "00:00:19"),
            ("Retry:Delays:1", "2.00:00:00"),
            ("Retry:Jitter", "0.21"),
            ("Retry:MaxRetryAfter", "00:22:00"),
            ("Replay:BatchSize", "29"),
            ("Replay:BatchInterval", "00:00:30"),
            ("Retention:Messages", "23.00:00:00"),
            ("Retention:Attempts", "24.00:00:00"),
            ("Retention:Payloads", "22.00:00:00"),
            ("Retention:Interval", "00:25:00"),
            ("OperationalEvents:Enabled", "true"),
            ("OperationalEvents:FailingAfterAttempts", "36"),
            ("Diagnostics:MaxDueAge", "00:26:00"),
            ("Diagnostics:SendTraceParent", "true"),
        };
        using var provider = new ServiceCollection().AddWebhooks(Section(settings)).Services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<WebhooksOptions>>().Value;

        options.Should().BeEquivalentTo(new WebhooksOptions
        {
            MaxPayloadBytes = 2048,
            AllowInsecureUrls = true,
            ResolveUrlsAtRegistration = true,
            EventVersion = "v1",
            Addresses =
            {
                AllowLoopback = true,
                AllowedNetworks = ["10.1.0.0/16", "fd00::1"],
                DeniedNetworks = ["8.8.8.0/24"],
                AllowedHosts = ["hooks.example.com"],
                DeniedHosts = ["*.example.com"],
                AllowedPorts = [443],
                DeniedPorts = [25],
            },
            UserAgent = "Shop/1.0",
            Signing =
            {
                SecretGracePeriod = TimeSpan.FromHours(1),
                Default = ["v1", "GitHub"],
                Schemes = { ["github"] = SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256" } },
            },
            Dispatcher =
            {
                Enabled = false,
                MaxConcurrency = 11,
                MaxConcurrencyPerEndpoint = 12,
                Capacity = 13,
                CapacityPerEndpoint = 14,
                AttemptTimeout = TimeSpan.FromSeconds(15.5),
                LeaseDuration = TimeSpan.FromMinutes(16),
                PollInterval = TimeSpan.FromSeconds(17),
                MaxResponseExcerptBytes = 18,
                MaxRatePerTenant = 29,
            },
            DisableAfter = TimeSpan.FromDays(30),
            CircuitBreaker =
            {
                Enabled = false,
                FailureRatio = 0.31,
                MinimumAttempts = 32,
                Window = TimeSpan.FromMinutes(33),
                BreakDuration = TimeSpan.FromMinutes(34),
                MaxBreakDuration = TimeSpan.FromMinutes(35),
            },
            Connections = { MaxPerServer = 26, Lifetime = TimeSpan.FromMinutes(27), Proxy = "http://proxy.test:28" },
            Retry =
            {
                Delays = [TimeSpan.FromSeconds(19), TimeSpan.FromDays(2)], Jitter = 0.21, MaxRetryAfter = TimeSpan.FromMinutes(22),
            },
            Replay = { BatchSize = 29, BatchInterval = TimeSpan.FromSeconds(30) },
            Retention =
            {
                Messages = TimeSpan.FromDays(23), Attempts = TimeSpan.FromDays(24), Payloads = TimeSpan.FromDays(22), Interval = TimeSpan.FromMinutes(25),
            },
            OperationalEvents = { Enabled = true, FailingAfterAttempts = 36 },
            Diagnostics = { MaxDueAge = TimeSpan.FromMinutes(26), SendTraceParent = true },
        });
        Leaves(typeof(WebhooksOptions)).Should().Be(settings.Length - 3, "a setting that is not tried here may not be bound");
    }

    [Fact]
    public void Without_configuration_the_settings_are_the_documented_defaults()
    {
        using var provider = new ServiceCollection().AddWebhooks().Services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<WebhooksOptions>>().Value;

        options.Should().BeEquivalentTo(new
        {
            MaxPayloadBytes = 262_144,
            AllowInsecureUrls = false,
            ResolveUrlsAtRegistration = false,
            EventVersion = (string?)null,
            Addresses = new AddressRules(),
            UserAgent = "Webhooks.Core",
            Signing = new { Default = Array.Empty<string>(), SecretGracePeriod = TimeSpan.FromHours(24) },
            Dispatcher = new
            {
                Enabled = true,
                MaxConcurrency = 256,
                MaxConcurrencyPerEndpoint = 16,
                AttemptTimeout = TimeSpan.FromSeconds(15),
                MaxResponseExcerptBytes = 16_384,
                MaxRatePerTenant = (int?)null,
            },
            DisableAfter = TimeSpan.FromDays(5),
            CircuitBreaker = new
            {
                Enabled = true,
                FailureRatio = 0.8,
                MinimumAttempts = 20,
                Window = TimeSpan.FromMinutes(1),
                BreakDuration = TimeSpan.FromSeconds(30),
                MaxBreakDuration = TimeSpan.FromHours(1),
            },
            Connections = new { MaxPerServer = (int?)null, Lifetime = TimeSpan.FromMinutes(5), Proxy = (string?)null },
            Retry = new { Delays = (IList<TimeSpan>?)null, Jitter = 0.2, MaxRetryAfter = TimeSpan.FromHours(24) },
            Replay = new { BatchSize = 20, BatchInterval = TimeSpan.FromMilliseconds(200) },
            Retention = new { Messages = TimeSpan.FromDays(90), Attempts = TimeSpan.FromDays(90), Payloads = (TimeSpan?)null },
            OperationalEvents = new { Enabled = false, FailingAfterAttempts = 4 },
            Diagnostics = new { MaxDueAge = TimeSpan.FromMinutes(5), SendTraceParent = false },
        });
    }

    private static int Leaves(Type type) => type.GetProperties().Sum(property =>
        property.PropertyType.Namespace!.StartsWith("Webhooks", StringComparison.Ordinal) ? Leaves(property.PropertyType) : 1);

    private static async Task StartAsync(params (string Key, string Value)[] settings)
    {
        // The host binds what TestHost sets too; the configuration comes last.
        await using var host = TestHost.Create(webhooks => webhooks.Services.AddWebhooks(Section(settings)));
        await host.StartAsync();
    }

    private static async Task<OptionsValidationException> RefusalAsync(params (string Key, string Value)[] settings)
    {
        var start = () => StartAsync(settings);
        return (await start.Should().ThrowAsync<OptionsValidationException>()).Which;
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Webhooks:" + setting.Key, (string?)setting.Value)))
        .Build()
        .GetSection("Webhooks");

    /// <summary>The next value below or above: a number by one, a time by a tick.</summary>
    private static string Step(string value, int direction) => value.Contains(':', StringComparison.Ordinal)
        ? (TimeSpan.Parse(value) + TimeSpan.FromTicks(direction)).ToString()
        : (double.Parse(value) + direction).ToString(CultureInfo.InvariantCulture);
}
