using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Operations;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Operations;

public sealed class EndpointEventTests
{
    [Fact]
    public async Task Each_change_of_an_endpoint_is_told_once_and_what_changes_nothing_is_not()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(recorder);
        var id = await host.AddEndpointAsync(tenantId: "acme");
        await host.Endpoints.UpdateAsync(id, TestHost.Settings("https://other.test/x"), "acme");
        await host.Endpoints.RotateSecretAsync(id, new RotateSecretOptions { TenantId = "acme" });
        await host.Endpoints.SetCredentialsAsync(id, new EndpointCredentials { BearerToken = "secret-token" }, "acme");
        await host.Endpoints.ReprotectSecretsAsync("acme");
        await host.Endpoints.DisableAsync(id, "Maintenance.", "acme");
        await host.Endpoints.DisableAsync(id, "Again.", "acme");
        await host.Endpoints.EnableAsync(id, "acme");
        await host.Endpoints.EnableAsync(id, "acme");
        await host.Endpoints.DeleteAsync(id, "acme");
        var again = () => host.Endpoints.DeleteAsync(id, "acme");
        await again.Should().ThrowAsync<WebhookNotFoundException>();
        await host.WhenHandledAsync();

        var told = recorder.Events.OrderBy(happened => happened.Id, StringComparer.Ordinal).ToList();
        told.Select(happened => happened.EventType).Should().Equal(
            OperationalEventTypes.EndpointCreated,
            OperationalEventTypes.EndpointUpdated,
            OperationalEventTypes.EndpointUpdated,
            OperationalEventTypes.EndpointUpdated,
            OperationalEventTypes.EndpointDisabled,
            OperationalEventTypes.EndpointEnabled,
            OperationalEventTypes.EndpointDeleted);
        told.Should().OnlyContain(happened => happened.Data.TenantId == "acme" && happened.Data.EndpointId == id);
        told.Select(happened => happened.Data).OfType<EndpointUpdated>().Select(updated => (updated.Change, updated.Host)).Should().Equal(
            (EndpointChange.Settings, "other.test"), (EndpointChange.Secret, "other.test"), (EndpointChange.Credentials, "other.test"));
        told.Select(happened => happened.Data).OfType<EndpointEventData>().Select(data => data.Version).Should().BeInAscendingOrder();
        told.Select(happened => happened.Data).OfType<EndpointDisabled>().Single()
            .Should().BeEquivalentTo(new { Cause = DisableCause.Person, Reason = "Maintenance.", FailingSince = (DateTimeOffset?)null });
    }

    [Fact]
    public async Task A_change_that_the_store_refuses_is_not_told()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(recorder);
        await host.Endpoints.CreateAsync(TestHost.Settings(), new CreateEndpointOptions { EndpointId = "ep_one" });
        var twice = () => host.Endpoints.CreateAsync(TestHost.Settings(), new CreateEndpointOptions { EndpointId = "ep_one" });
        await twice.Should().ThrowAsync<WebhookConflictException>();
        var stale = () => host.Endpoints.UpdateAsync("ep_one", TestHost.Settings(), expectedVersion: 1);
        await stale.Should().ThrowAsync<WebhookConflictException>();
        var repair = host.Store.Fail(nameof(IEndpointStore.ReplaceEndpointAsync));
        var failing = () => host.Endpoints.DisableAsync("ep_one");
        await failing.Should().ThrowAsync<WebhookStoreException>();
        repair();
        await host.WhenHandledAsync();

        recorder.Events.Should().ContainSingle().Which.EventType.Should().Be(OperationalEventTypes.EndpointCreated);
    }

    [Fact]
    public async Task Of_many_who_disable_an_endpoint_at_once_one_is_told_of()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(recorder);
        var id = await host.AddEndpointAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(() => host.Endpoints.DisableAsync(id, $"Reason {number}."))));
        await host.WhenHandledAsync();

        var reason = (await host.Endpoints.GetAsync(id))!.DisabledReason;
        recorder.Events.Select(happened => happened.Data).OfType<EndpointDisabled>().Should().ContainSingle().Which.Reason.Should().Be(reason);
    }

    [Fact]
    public async Task Without_a_handler_and_without_asking_for_them_there_are_none()
    {
        await using var host = await TestHost.WithAsync(options => options.Retry.Delays = []);
        host.Receiver.AnswerWith(HttpStatusCode.Gone);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Failed);

        (await host.OperationalMessagesAsync()).Should().BeEmpty();
        host.Store.Recorded.Should().OnlyContain(outcome => outcome.Announcement == null);
        (await host.Endpoints.ListAsync(new EndpointQuery { TenantId = WebhooksDefaults.OperationalTenantId })).Items.Should().BeEmpty();
    }

    [Fact]
    public async Task The_ordinary_outcomes_and_publishes_of_a_host_that_wants_them_cost_the_same_calls()
    {
        var recorder = new EventRecorder();
        await using var told = await OperationsHost.StartAsync(recorder);
        await using var untold = await TestHost.StartAsync();
        foreach (var host in new[] { told, untold })
        {
            await host.AddEndpointAsync();
            await host.PublishBatchAsync(50);
            await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        }

        await told.WhenHandledAsync();
        told.Store.Recorded.Should().HaveCount(51, "of the fifty and the endpoint's creation").And.OnlyContain(outcome => outcome.Announcement == null);
        told.Store.CallsOf(nameof(IMessageStore.AppendAsync)).Should().Be(untold.Store.CallsOf(nameof(IMessageStore.AppendAsync)));
    }

    [Fact]
    public async Task Nothing_is_told_of_operational_endpoints_and_their_deliveries()
    {
        await using var host = await TestHost.StartAsync(
            webhooks => webhooks.AddOperationalEvents().Configure(options => options.Retry.Delays = [TimeSpan.Zero]));
        host.Receiver.AnswerWith(HttpStatusCode.Gone);
        var operational = await host.AddEndpointAsync(tenantId: WebhooksDefaults.OperationalTenantId);
        await host.Endpoints.UpdateAsync(operational, TestHost.Settings("https://other.test/"), WebhooksDefaults.OperationalTenantId);
        await host.AddEndpointAsync();
        await host.WhenOperationalAsync(all => all.Any(delivery => delivery.Status == DeliveryStatus.Failed));
        await host.Store.Changed.WhenAsync(async () =>
            (await host.Endpoints.GetAsync(operational, WebhooksDefaults.OperationalTenantId))!.Status == EndpointStatus.Disabled);
        await host.Endpoints.EnableAsync(operational, WebhooksDefaults.OperationalTenantId);
        await host.Endpoints.DeleteAsync(operational, WebhooksDefaults.OperationalTenantId);

        (await host.OperationalMessagesAsync()).Should().ContainSingle().Which.EventType.Should().Be(OperationalEventTypes.EndpointCreated);
    }

    [Fact]
    public async Task Other_tenants_see_nothing_of_them_and_cannot_subscribe_to_them()
    {
        var recorder = new EventRecorder();
        await using var host = await OperationsHost.StartAsync(recorder);
        var everything = await host.AddEndpointAsync();
        await host.WhenHandledAsync();

        host.Receiver.Count.Should().Be(0, "'*' means the tenant's own");
        (await host.Endpoints.ListAsync(new EndpointQuery())).Items.Should().ContainSingle().Which.Id.Should().Be(everything);
        (await host.Log.ListMessagesAsync(new MessageQuery())).Items.Should().BeEmpty();
        (await host.DeliveriesAsync()).Should().BeEmpty();
        foreach (var pattern in new[] { "webhooks.*", OperationalEventTypes.DeliveryExhausted })
        {
            var subscribe = () => host.AddEndpointAsync(TestHost.Settings() with { EventTypes = [pattern] });
            (await subscribe.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle(error => error.Rule == "known");
        }

        var subscribeToOrders = () => host.AddEndpointAsync(
            TestHost.Settings() with { EventTypes = ["order.paid"] }, WebhooksDefaults.OperationalTenantId);
        await subscribeToOrders.Should().ThrowAsync<WebhookValidationException>();
    }

    [Fact]
    public async Task Hosts_cannot_publish_them()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks.AddOperationalEvents());
        var options = new PublishOptions { TenantId = WebhooksDefaults.OperationalTenantId };
        var publish = () => host.PublishAsync(options);
        (await publish.Should().ThrowAsync<WebhookValidationException>())
            .Which.Errors.Should().ContainSingle(error => error.Field == "tenantId" && error.Rule == "reserved");
        var ofTheirTypes = () => host.Publisher.PublishAsync(OperationalEventTypes.EndpointCreated, 1);
        await ofTheirTypes.Should().ThrowAsync<WebhookValidationException>();
        var register = () => new ServiceCollection().AddWebhooks(webhooks => webhooks.AddEventType("webhooks.mine"));
        register.Should().Throw<WebhookValidationException>().Which.Errors.Should().ContainSingle(error => error.Rule == "reserved");

        (await host.OperationalMessagesAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task They_carry_no_secret_and_nothing_of_a_url_but_its_host()
    {
        const string Token = "s3cr3t-t0ken";
        await using var host = await TestHost.StartAsync(webhooks => webhooks.AddOperationalEvents().Configure(options => options.Retry.Delays = []));
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var created = await host.Endpoints.CreateAsync(
            new EndpointSettings
            {
                Url = $"https://receiver.test/{Token}?key={Token}",
                EventTypes = ["*"],
                Headers = new Dictionary<string, string> { ["x-key"] = Token },
            },
            new CreateEndpointOptions { Credentials = new EndpointCredentials { BearerToken = Token } });
        var secret = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id);
        await host.Publisher.PublishAsync("order.created", new { Card = Token });
        await host.DeliveryAsync(DeliveryStatus.Failed);
        await host.Endpoints.DisableAsync(created.Endpoint.Id);

        var messages = await host.OperationalMessagesAsync();
        messages.Should().HaveCount(4);
        messages.Select(message => System.Text.Encoding.UTF8.GetString(message.Payload!.Value.Span)).Should().OnlyContain(payload =>
            !payload.Contains(Token) && !payload.Contains(secret.Reveal()) && !payload.Contains(created.Secret.Reveal()));
    }

    [Fact]
    public async Task Setting_the_number_of_attempts_out_of_range_stops_the_start()
    {
        var start = () => TestHost.WithAsync(options => options.OperationalEvents.FailingAfterAttempts = 0);

        (await start.Should().ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>())
            .Which.Message.Should().Contain(nameof(OperationalEventsOptions.FailingAfterAttempts));
    }
}
