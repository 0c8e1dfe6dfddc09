using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Addresses;
using Webhooks.Core.Tests.Engine;
using Webhooks.Endpoints;
using Webhooks.Http;

namespace Webhooks.Core.Tests.Addresses;

/// <summary>What is allowed without any rule of the host's: at registration, and where it counts, when a connection is made.</summary>
public sealed class UrlTests(UrlTests.OneHost shared) : IClassFixture<UrlTests.OneHost>
{
    private static readonly string[] AddressRules = ["address", "host", "port"];

    public static TheoryData<string, string> Forbidden()
    {
        var data = new TheoryData<string, string>();
        foreach (var (url, rule) in Urls.Forbidden)
        {
            data.Add(url, rule);
        }

        return data;
    }

    public static TheoryData<string> Allowed() => new(Urls.Allowed);

    [Fact]
    public void The_table_is_as_long_as_it_should_be()
    {
        Urls.Forbidden.Select(row => row.Url).Should().HaveCountGreaterThan(150).And.OnlyHaveUniqueItems();
        Urls.Allowed.Should().HaveCountGreaterThan(40).And.OnlyHaveUniqueItems();
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task A_url_to_no_public_address_is_refused_when_an_endpoint_is_created_or_changed(string url, string rule)
    {
        var settings = TestHost.Settings(url);
        var asked = shared.Resolver.Asked.Count;
        foreach (var call in new[] { () => shared.Host.Endpoints.CreateAsync(settings), () => UpdateAsync(settings) })
        {
            var errors = (await call.Should().ThrowAsync<WebhookValidationException>()).Which.Errors;

            errors.Should().OnlyContain(error => error.Field == "url")
                .And.ContainSingle(error => error.Rule == "url" || AddressRules.Contains(error.Rule)).Which.Rule.Should().Be(rule);
        }

        (await shared.Host.Endpoints.GetAsync(shared.Endpoint.Id)).Should().Be(shared.Endpoint);
        shared.Resolver.Asked.Should().HaveCount(asked, "names are not looked up at registration");
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task No_connection_is_made_to_it_even_if_it_had_been_registered(string url, string rule)
    {
        using var client = shared.Host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(WebhooksDefaults.HttpClientName);
        var post = () => client.PostAsync(url, content: null);

        var exception = (await post.Should().ThrowAsync<Exception>()).Which;

        if (exception is HttpRequestException)
        {
            AttemptErrors.Classify(exception).Should().Be(Webhooks.Dispatching.AttemptError.ForbiddenAddress);
        }
        else
        {
            rule.Should().Be("url", "only what is no URL at all fails in another way");
            exception.Should().Match(thrown => thrown is UriFormatException || thrown is InvalidOperationException);
        }
    }

    [Theory]
    [MemberData(nameof(Allowed))]
    public async Task A_url_to_a_public_address_is_accepted_and_may_be_connected_to(string url)
    {
        await shared.Host.Endpoints.CreateAsync(TestHost.Settings(url));

        // Up to the connection, which would leave this machine.
        var uri = new Uri(url);
        var lookup = new HostLookup(new FakeResolver(_ => [IPAddress.Parse("8.8.8.8")]));
        var addresses = await lookup.FindAsync(new AddressPolicy(), uri.IdnHost, uri.Port, CancellationToken.None);

        addresses.Should().ContainSingle();
    }

    [Theory]
    [InlineData("https://10.0.0.5/hooks?token=s3cret", "address", "10.0.0.0/8, private use (RFC 1918)")]
    [InlineData("https://[64:ff9b::7f00:1]/", "address", "127.0.0.0/8, loopback")]
    [InlineData("https://metadata.goog/", "host", "host 'metadata.goog' is not allowed (a metadata service)")]
    [InlineData("https://8.8.8.8:0/", "port", "port 0")]
    public async Task The_error_names_the_rule_and_the_value_and_says_what_to_do(string url, string rule, string reason)
    {
        var create = () => shared.Host.Endpoints.CreateAsync(TestHost.Settings(url));

        var error = (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle().Which;

        error.Should().BeEquivalentTo(new { Field = "url", Rule = rule, Value = url.Split('?')[0] });
        error.Message.Should().Contain(reason).And.Contain("public internet");
    }

    [Fact]
    public async Task Names_are_looked_up_at_registration_where_the_host_says_so()
    {
        var resolver = new FakeResolver(name => name switch
        {
            "public.example" => [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("2606:4700::1111")],
            "mixed.example" => [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.7.7.7")],
            "empty.example" => [],
            _ => throw new SocketException((int)SocketError.HostNotFound),
        });
        await using var host = await TestHost.StartAsync(
            webhooks => webhooks.Configure(options => options.ResolveUrlsAtRegistration = true),
            services: services => services.AddSingleton<IHostResolver>(resolver));

        var good = (await host.Endpoints.CreateAsync(TestHost.Settings("https://public.example/"))).Endpoint;

        var message = await RefusalAsync("https://mixed.example/", "address");
        message.Should().Contain("10.0.0.0/8").And.NotContain("10.7.7.7", "the addresses of a private network are no stranger's business");
        await RefusalAsync("https://empty.example/", "name");
        await RefusalAsync("https://missing.example/", "name");

        async Task<string> RefusalAsync(string url, string rule)
        {
            var update = () => host.Endpoints.UpdateAsync(good.Id, TestHost.Settings(url));
            var error = (await update.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle().Which;
            error.Should().BeEquivalentTo(new { Field = "url", Rule = rule, Value = url });
            return error.Message;
        }
    }

    private async Task<CreatedEndpoint> UpdateAsync(EndpointSettings settings) =>
        new(await shared.Host.Endpoints.UpdateAsync(shared.Endpoint.Id, settings), null!);

    /// <summary>One host for the whole table, whose resolver is the worst there can be.</summary>
    public sealed class OneHost : IAsyncLifetime
    {
        internal FakeResolver Resolver { get; } = new(_ => [IPAddress.Loopback]);

        internal TestHost Host { get; private set; } = null!;

        internal WebhookEndpoint Endpoint { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Host = await TestHost.StartAsync(
                webhooks => webhooks.Configure(options => options.Addresses.AllowLoopback = false),
                network: true,
                services: services => services.AddSingleton<IHostResolver>(Resolver));
            Endpoint = (await Host.Endpoints.CreateAsync(TestHost.Settings())).Endpoint;
        }

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}
