using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task An_endpoint_keeps_everything_it_has()
    {
        var endpoint = FullEndpoint();

        await AddAsync(endpoint);

        AssertSame(endpoint, await GetEndpointAsync(endpoint.Key));
    }

    [Fact]
    public async Task An_endpoint_keeps_what_it_does_not_have()
    {
        var endpoint = A.Endpoint();

        await AddAsync(endpoint);

        AssertSame(endpoint, await GetEndpointAsync(endpoint.Key));
    }

    [Fact]
    public async Task A_schedule_without_retries_is_not_the_same_as_none()
    {
        var endpoint = A.Endpoint();
        endpoint = endpoint with
        {
            Endpoint = endpoint.Endpoint with { Settings = endpoint.Endpoint.Settings with { RetrySchedule = RetrySchedule.None } },
        };

        await AddAsync(endpoint);

        Assert.Equal(RetrySchedule.None, (await GetEndpointAsync(endpoint.Key)).Endpoint.Settings.RetrySchedule);
    }

    [Fact]
    public async Task Settings_can_have_their_greatest_size()
    {
        var endpoint = A.Endpoint();
        var settings = endpoint.Endpoint.Settings with
        {
            Url = "https://example.com/" + new string('x', 2028),
            EventTypes = [.. Enumerable.Range(0, 256).Select(i => $"type-{i:D3}.{new string('y', 100)}")],
            Channels = [.. Enumerable.Range(0, 16).Select(i => $"channel-{i:D2}-{new string('z', 100)}")],
            Name = new string('界', 255),
            Description = new string('\'', 2048),
            Headers = Enumerable.Range(0, 32).ToDictionary(i => $"X-Header-{i}", _ => new string('"', 4096)),
            RetrySchedule = new RetrySchedule([.. Enumerable.Repeat(RetrySchedule.MaxDelay, RetrySchedule.MaxRetries)]),
        };
        endpoint = new StoredEndpoint(
            endpoint.Endpoint with { Settings = settings }, $$"""{"protected":"{{new string('s', 1024 * 1024)}}"}""");

        await AddAsync(endpoint);

        AssertSame(endpoint, await GetEndpointAsync(endpoint.Key));
        Assert.Equal(1, Assert.Single(await AppendAsync(A.Message(eventType: settings.EventTypes[255], channels: [settings.Channels[15]]))).DeliveryCount);
    }

    [Fact]
    public async Task An_endpoint_id_is_taken_once_in_a_tenant()
    {
        var first = A.Endpoint(id: "ep_same");
        await AddAsync(first);

        Assert.False(await Store.InsertEndpointAsync(A.Endpoint(id: "ep_same", eventTypes: ["other"]), default));

        AssertSame(first, await GetEndpointAsync(first.Key));
        Assert.True(await Store.InsertEndpointAsync(A.Endpoint(id: "ep_same", tenant: A.OtherTenant), default));
        Assert.True(await Store.InsertEndpointAsync(A.Endpoint(id: "EP_SAME"), default));
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_null()
    {
        await AddAsync(A.Endpoint(id: "ep_1"));

        Assert.Null(await Store.GetEndpointAsync(new EndpointKey(A.Tenant, "ep_2"), default));
        Assert.Null(await Store.GetEndpointAsync(new EndpointKey(A.OtherTenant, "ep_1"), default));
        Assert.Null(await Store.GetEndpointAsync(new EndpointKey(A.Tenant, "EP_1"), default));
    }

    [Fact]
    public async Task Replacing_an_endpoint_replaces_all_of_it()
    {
        var key = await AddAsync(FullEndpoint());
        var before = await GetEndpointAsync(key);
        var after = new StoredEndpoint(
            before.Endpoint with
            {
                Settings = new EndpointSettings { Url = "https://example.org/", EventTypes = ["task.*"] },
                Status = EndpointStatus.Disabled,
                DisabledReason = "The receiver said 410 Gone.",
                Version = 8,
                UpdatedAt = A.At(99.999),
            },
            """{"secrets":"other ones"}""");

        Assert.True(await Store.ReplaceEndpointAsync(after, expectedVersion: 7, default));

        AssertSame(after, await GetEndpointAsync(key));
    }

    [Fact]
    public async Task Replacing_another_version_than_the_expected_changes_nothing()
    {
        var endpoint = A.Endpoint();
        await AddAsync(endpoint);
        var changed = endpoint with { Endpoint = endpoint.Endpoint with { Status = EndpointStatus.Disabled, Version = 3 } };

        Assert.False(await Store.ReplaceEndpointAsync(changed, expectedVersion: 2, default));
        Assert.False(await Store.ReplaceEndpointAsync(changed, expectedVersion: 0, default));

        AssertSame(endpoint, await GetEndpointAsync(endpoint.Key));
    }

    [Fact]
    public async Task Of_many_concurrent_replacements_of_one_version_exactly_one_wins()
    {
        var endpoint = A.Endpoint();
        await AddAsync(endpoint);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            var settings = endpoint.Endpoint.Settings with { Name = $"replacer {i}" };
            return (Name: settings.Name, HasWon: await Store.ReplaceEndpointAsync(
                endpoint with { Endpoint = endpoint.Endpoint with { Settings = settings, Version = 2 } }, expectedVersion: 1, default));
        })));

        var winner = Assert.Single(results, result => result.HasWon);
        Assert.Equal(winner.Name, (await GetEndpointAsync(endpoint.Key)).Endpoint.Settings.Name);
    }

    [Fact]
    public async Task Of_many_concurrent_insertions_of_one_id_exactly_one_wins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Task.Run(() => Store.InsertEndpointAsync(A.Endpoint(id: "ep_same"), default))));

        Assert.Single(results, wasInserted => wasInserted);
    }

    [Fact]
    public async Task Endpoints_are_listed_newest_first_by_tenant_and_status()
    {
        var first = await AddAsync(A.Endpoint(createdAt: A.At(1)));
        var second = await AddAsync(A.Endpoint(createdAt: A.At(2)));
        await AddEndpointAsync(A.OtherTenant);
        await DisableAsync(first);

        Assert.Equal([second.EndpointId, first.EndpointId], await ListIdsAsync(new EndpointQuery { TenantId = A.Tenant }));
        Assert.Equal(
            [second.EndpointId], await ListIdsAsync(new EndpointQuery { TenantId = A.Tenant, Status = EndpointStatus.Enabled }));
        Assert.Equal(
            [first.EndpointId], await ListIdsAsync(new EndpointQuery { TenantId = A.Tenant, Status = EndpointStatus.Disabled }));
        Assert.Empty(await ListIdsAsync(new EndpointQuery { TenantId = "nobody" }));

        async Task<IEnumerable<string>> ListIdsAsync(EndpointQuery query) =>
            (await Store.ListEndpointsAsync(query, default)).Items.Select(endpoint => endpoint.Id);
    }

    [Fact]
    public async Task A_listed_endpoint_has_everything_but_its_secrets()
    {
        var endpoint = FullEndpoint();
        await AddAsync(endpoint);

        var listed = Assert.Single((await Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.Tenant }, default)).Items);

        AssertSame(endpoint.Endpoint, listed);
    }

    [Fact]
    public async Task Pages_of_endpoints_are_stable_while_some_are_added_and_changed()
    {
        var keys = new List<EndpointKey>();
        for (var i = 0; i < 7; i++)
        {
            keys.Add(await AddAsync(A.Endpoint(createdAt: A.At(i))));
        }

        var pages = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.Tenant, Limit = 3, Cursor = cursor }, default);
            pages.AddRange(page.Items.Select(endpoint => endpoint.Id));
            cursor = page.NextCursor;
            await AddAsync(A.Endpoint(createdAt: A.At(100)));
            await ChangeAsync(keys[5], endpoint => endpoint with { UpdatedAt = A.At(100) });
        }
        while (cursor is not null);

        Assert.Equal(keys.Select(key => key.EndpointId).Reverse(), pages);
    }

    [Fact]
    public async Task Endpoints_whose_secrets_have_expired_are_found_the_first_expired_first()
    {
        await AddAsync(A.Endpoint());
        var later = await AddAsync(A.Endpoint(tenant: A.OtherTenant) with { SecretsExpireAt = A.At(10) });
        var first = await AddAsync(A.Endpoint() with { SecretsExpireAt = A.At(5) });
        await AddAsync(A.Endpoint() with { SecretsExpireAt = A.At(10.001) });

        Assert.Empty(await Store.FindExpiredSecretsAsync(A.At(4.999), limit: 10, default));
        Assert.Equal([first, later], await Store.FindExpiredSecretsAsync(A.At(10), limit: 10, default));
        Assert.Equal([first], await Store.FindExpiredSecretsAsync(A.At(10), limit: 1, default));
    }

    [Fact]
    public async Task An_endpoint_that_was_replaced_by_one_without_expired_secrets_is_not_found_any_more()
    {
        var endpoint = A.Endpoint() with { SecretsExpireAt = A.At(5) };
        await AddAsync(endpoint);

        Assert.True(await Store.ReplaceEndpointAsync(
            endpoint with { Endpoint = endpoint.Endpoint with { Version = 2 }, SecretsExpireAt = null }, expectedVersion: 1, default));

        Assert.Empty(await Store.FindExpiredSecretsAsync(A.At(10), limit: 10, default));
        Assert.Null((await GetEndpointAsync(endpoint.Key)).SecretsExpireAt);
    }

    private static StoredEndpoint FullEndpoint() => new(
        new WebhookEndpoint
        {
            Id = A.NewId("ep"),
            TenantId = A.Tenant,
            Settings = new EndpointSettings
            {
                Url = "https://example.com:8443/a%20b/?q='x'&r=\"y\"",
                EventTypes = ["order.*", "task.completed", "a.b-c_d"],
                Channels = ["eu", "v1.beta"],
                Name = "Käse & Söhne \"世界\" 🎉",
                Description = "Line one\nline two; DROP TABLE endpoints; --",
                Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
                {
                    ["X-Api-Key"] = "a, b; c=\"d\"\t e",
                    ["x-lower"] = "",
                },
                RetrySchedule = new RetrySchedule(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(30)),
                SigningSchemes = ["v1", "github"],
                EventVersion = "2026-01-01",
                MaxConcurrency = 1000,
                RateLimit = new RateLimit(7, TimeSpan.FromMilliseconds(1_001)),
                TrustedCertificates = "-----BEGIN CERTIFICATE-----\r\nAA+/==\n-----END CERTIFICATE-----\n",
            },
            Status = EndpointStatus.Enabled,
            Version = 7,
            CreatedAt = A.At(0.001),
            UpdatedAt = A.At(12.345),
        },
        """{"z":[1.50, "whsec_'\\u4e16 世界 🎉" ],  "a":null}""")
    {
        SecretsExpireAt = A.At(0.002),
    };

    private static void AssertSame(StoredEndpoint expected, StoredEndpoint actual)
    {
        AssertSame(expected.Endpoint, actual.Endpoint);
        Assert.Equal(expected.Secrets, actual.Secrets);
        Assert.Equal(expected.SecretsExpireAt, actual.SecretsExpireAt);
    }

    private static void AssertSame(WebhookEndpoint expected, WebhookEndpoint actual)
    {
        var (left, right) = (expected.Settings, actual.Settings);
        Assert.Equal(left.EventTypes, right.EventTypes);
        Assert.Equal(left.Channels, right.Channels);
        Assert.Equal(left.SigningSchemes, right.SigningSchemes);
        Assert.Equal(left.Headers.OrderBy(header => header.Key), right.Headers.OrderBy(header => header.Key));
        Assert.Equal(
            expected with { Settings = left },
            actual with
            {
                Settings = right with
                {
                    EventTypes = left.EventTypes,
                    Channels = left.Channels,
                    Headers = left.Headers,
                    SigningSchemes = left.SigningSchemes,
                },
            });
    }
}
