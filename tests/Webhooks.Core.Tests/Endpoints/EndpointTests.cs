using System.Net;
using System.Text.Json;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Endpoints;

public sealed class EndpointTests
{
    private static readonly long FirstVersion = TestHost.Noon.ToUnixTimeMilliseconds();

    [Fact]
    public async Task A_new_endpoint_is_enabled_and_has_what_was_given_and_a_secret()
    {
        await using var host = await TestHost.StartAsync();
        var settings = TestHost.Settings() with
        {
            Name = "Shop", Description = "For orders.", Channels = ["a"], MaxConcurrency = 3, RetrySchedule = RetrySchedule.None,
        };

        var (endpoint, secret) = await host.Endpoints.CreateAsync(settings, new CreateEndpointOptions { TenantId = "acme" });

        endpoint.Id.Should().StartWith("ep_");
        endpoint.Should().BeEquivalentTo(new
        {
            TenantId = "acme",
            Status = EndpointStatus.Enabled,
            DisabledReason = (string?)null,
            PausedUntil = (DateTimeOffset?)null,
            Version = FirstVersion,
            CreatedAt = TestHost.Noon,
            UpdatedAt = TestHost.Noon,
        });
        endpoint.Settings.Should().BeEquivalentTo(settings);
        secret.Key.Length.Should().Be(32);
        (await host.Endpoints.GetAsync(endpoint.Id, "acme")).Should().Be(endpoint);
    }

    [Fact]
    public async Task Id_and_secret_may_be_given_and_an_id_only_once()
    {
        await using var host = await TestHost.StartAsync();
        var options = new CreateEndpointOptions { EndpointId = "shop-1", Secret = WebhookSecret.Generate() };

        var created = await host.Endpoints.CreateAsync(TestHost.Settings(), options);
        created.Endpoint.Id.Should().Be("shop-1");
        created.Secret.Should().Be(options.Secret);

        var again = () => host.Endpoints.CreateAsync(TestHost.Settings("https://other.test/"), options);
        (await again.Should().ThrowAsync<WebhookConflictException>()).Which.Message.Should().Contain("shop-1");
        (await host.Endpoints.GetAsync("shop-1")).Should().Be(created.Endpoint);
        await host.Endpoints.CreateAsync(TestHost.Settings(), options with { TenantId = "other" });
    }

    [Fact]
    public async Task What_the_caller_changes_later_in_its_collections_changes_no_endpoint()
    {
        await using var host = await TestHost.StartAsync();
        var (eventTypes, channels) = (new List<string> { "order.paid" }, new List<string> { "a" });
        var headers = new Dictionary<string, string> { ["X-A"] = "1" };
        var settings = TestHost.Settings() with { EventTypes = eventTypes, Channels = channels, Headers = headers };
        var id = await host.AddEndpointAsync(settings);
        var updatedId = await host.AddEndpointAsync();
        await host.Endpoints.UpdateAsync(updatedId, settings);

        eventTypes.Add("task.completed");
        channels.Clear();
        headers["Host"] = "evil";

        foreach (var endpointId in new[] { id, updatedId })
        {
            var kept = (await host.Endpoints.GetAsync(endpointId))!.Settings;
            kept.EventTypes.Should().Equal("order.paid");
            kept.Channels.Should().Equal("a");
            kept.Headers.Should().Equal(new Dictionary<string, string> { ["X-A"] = "1" });
        }
    }

    [Fact]
    public async Task Endpoints_are_listed_page_by_page_the_newest_first()
    {
        await using var host = await TestHost.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, await host.AddEndpointAsync());
        }

        await host.AddEndpointAsync(tenantId: "other");
        await host.Endpoints.DisableAsync(ids[2]);

        var first = await host.Endpoints.ListAsync(new EndpointQuery { Limit = 2 });
        var second = await host.Endpoints.ListAsync(new EndpointQuery { Limit = 2, Cursor = first.NextCursor });
        var third = await host.Endpoints.ListAsync(new EndpointQuery { Limit = 2, Cursor = second.NextCursor });

        first.Items.Concat(second.Items).Concat(third.Items).Select(endpoint => endpoint.Id).Should().Equal(ids);
        third.NextCursor.Should().BeNull();
        (await host.Endpoints.ListAsync(new EndpointQuery { Status = EndpointStatus.Disabled })).Items
            .Should().ContainSingle().Which.Id.Should().Be(ids[2]);
    }

    [Fact]
    public async Task An_update_counts_the_version_and_keeps_everything_else()
    {
        await using var host = await TestHost.StartAsync();
        var created = (await host.Endpoints.CreateAsync(TestHost.Settings())).Endpoint;
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        var updated = await host.Endpoints.UpdateAsync(created.Id, created.Settings with { Name = "New" });

        updated.Should().BeEquivalentTo(created with
        {
            Settings = created.Settings with { Name = "New" }, Version = FirstVersion + 1, UpdatedAt = TestHost.Noon.AddMinutes(1),
        });
        (await host.Endpoints.GetAsync(created.Id)).Should().Be(updated);
    }

    [Fact]
    public async Task An_update_of_an_older_version_is_refused()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();
        var current = await host.Endpoints.UpdateAsync(id, TestHost.Settings("https://two.test/"), expectedVersion: FirstVersion);

        var update = () => host.Endpoints.UpdateAsync(id, TestHost.Settings("https://three.test/"), expectedVersion: FirstVersion);

        (await update.Should().ThrowAsync<WebhookConflictException>()).Which.Message.Should().Contain($"version {FirstVersion + 1}, not {FirstVersion}");
        (await host.Endpoints.GetAsync(id)).Should().Be(current);
    }

    [Fact]
    public async Task Of_updates_that_meet_none_is_lost()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();
        host.Store.Before = async _ => await Task.Yield();

        await Task.WhenAll(Enumerable.Range(0, 18).Select(number => Task.Run(async () =>
        {
            if (number % 2 == 0)
            {
                await host.Endpoints.RotateSecretAsync(id);
            }
            else
            {
                await host.Endpoints.UpdateAsync(id, TestHost.Settings());
            }
        }))).InTimeAsync();

        (await host.Endpoints.GetAsync(id))!.Version.Should().Be(FirstVersion + 18);
        (await host.Store.Inner.GetEndpointAsync(new EndpointKey("default", id), default))!.Secrets.Split("whsec_").Should().HaveCount(1 + 1 + 9);
    }

    [Fact]
    public async Task To_enable_or_disable_again_changes_nothing()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();

        var disabled = await host.Endpoints.DisableAsync(id, "Broken.");
        disabled.Should().BeEquivalentTo(new { Status = EndpointStatus.Disabled, DisabledReason = "Broken.", Version = FirstVersion + 1 });
        (await host.Endpoints.DisableAsync(id, "Again.")).Should().Be(disabled);
        var enabled = await host.Endpoints.EnableAsync(id);
        enabled.Should().BeEquivalentTo(new { Status = EndpointStatus.Enabled, DisabledReason = (string?)null, Version = FirstVersion + 2 });
        (await host.Endpoints.EnableAsync(id)).Version.Should().Be(FirstVersion + 2);

        var disable = () => host.Endpoints.DisableAsync(id, new string('r', 256));
        (await disable.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Single()
            .Should().BeEquivalentTo(new { Field = "reason", Rule = "length" });
    }

    [Fact]
    public async Task For_another_tenant_an_endpoint_does_not_exist()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync(tenantId: "acme");
        var endpoints = host.Endpoints;

        (await endpoints.GetAsync(id, "other")).Should().BeNull();
        (await endpoints.ListAsync(new EndpointQuery { TenantId = "other" })).Items.Should().BeEmpty();
        foreach (var call in new Func<Task>[]
        {
            () => endpoints.UpdateAsync(id, TestHost.Settings("https://evil.test/"), "other"),
            () => endpoints.UpdateAsync(id, TestHost.Settings("https://evil.test/"), "other", expectedVersion: FirstVersion),
            () => endpoints.EnableAsync(id, "other"),
            () => endpoints.DisableAsync(id, null, "other"),
            () => endpoints.DeleteAsync(id, "other"),
            () => endpoints.RotateSecretAsync(id, new RotateSecretOptions { TenantId = "other" }),
        })
        {
            (await call.Should().ThrowAsync<WebhookNotFoundException>()).Which
                .Should().BeEquivalentTo(new { What = "endpoint", Id = id, TenantId = "other" });
        }

        (await endpoints.GetAsync(id, "acme"))!.Version.Should().Be(FirstVersion);
    }

    [Fact]
    public async Task No_change_is_made_to_another_version_than_the_expected()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerWith(HttpStatusCode.ServiceUnavailable);
        var id = await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        var endpoints = host.Endpoints;
        var current = await endpoints.DisableAsync(id, "Broken.");

        foreach (var call in new Func<Task>[]
        {
            () => endpoints.UpdateAsync(id, TestHost.Settings(), expectedVersion: FirstVersion),
            () => endpoints.EnableAsync(id, pending: PendingDeliveries.Drop, expectedVersion: FirstVersion),
            () => endpoints.DisableAsync(id, expectedVersion: FirstVersion),
            () => endpoints.RotateSecretAsync(id, new RotateSecretOptions { ExpectedVersion = FirstVersion }),
            () => endpoints.SetCredentialsAsync(id, null, expectedVersion: FirstVersion),
            () => endpoints.DeleteAsync(id, expectedVersion: FirstVersion),
        })
        {
            (await call.Should().ThrowAsync<WebhookVersionConflictException>()).Which
                .Should().BeEquivalentTo(new { current.Version, ExpectedVersion = FirstVersion });
        }

        (await endpoints.GetAsync(id)).Should().BeEquivalentTo(current);
        (await host.DeliveriesAsync()).Should().ContainSingle().Which.Status.Should().Be(DeliveryStatus.Pending);
        await endpoints.DeleteAsync(id, expectedVersion: current.Version);
        (await endpoints.GetAsync(id)).Should().BeNull();
    }

    [Fact]
    public async Task A_deleted_endpoint_is_gone()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();

        await host.Endpoints.DeleteAsync(id);

        (await host.Endpoints.GetAsync(id)).Should().BeNull();
        (await host.PublishAsync()).DeliveryCount.Should().Be(0);
        var again = () => host.Endpoints.DeleteAsync(id);
        await again.Should().ThrowAsync<WebhookNotFoundException>();
    }

    [Fact]
    public async Task No_secret_shows_in_an_endpoint_or_in_the_text_of_anything()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Endpoints.CreateAsync(TestHost.Settings());
        var key = created.Secret.Reveal()["whsec_".Length..];
        var stored = await host.Store.Inner.GetEndpointAsync(new EndpointKey("default", created.Endpoint.Id), default);

        foreach (var text in new[]
        {
            JsonSerializer.Serialize(created.Endpoint),
            JsonSerializer.Serialize(await host.Endpoints.GetAsync(created.Endpoint.Id)),
            JsonSerializer.Serialize(await host.Endpoints.ListAsync(new EndpointQuery())),
            created.ToString(),
            created.Endpoint.ToString(),
            stored!.ToString(),
            stored.Secrets[0].ToString(),
        })
        {
            text.Should().NotContain(key).And.NotContain(key.Replace("+", "\\u002B", StringComparison.Ordinal));
        }
    }
}
