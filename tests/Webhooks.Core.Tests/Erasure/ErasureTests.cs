using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Erasure;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Erasure;

public sealed class ErasureTests
{
    private const string Tenant = "acme";

    [Fact]
    public async Task What_waits_in_memory_of_an_erased_tenant_is_not_sent_and_other_tenants_go_on()
    {
        await using var host = await TestHost.StartAsync();
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync(TestHost.Settings() with { MaxConcurrency = 1 }, Tenant);
        await host.AddEndpointAsync(TestHost.Settings("https://other.test/"), "other");
        await host.PublishBatchAsync(20, Tenant);
        await host.Receiver.ReceivedAsync(1);

        var erasure = await EraserOf(host).EraseTenantAsync(Tenant);
        gate.Open();
        await host.PublishAsync(new PublishOptions { TenantId = "other" });
        await host.Receiver.WhenAsync(receiver => receiver.Requests.Any(request => request.Url.Host == "other.test"));

        // The one that was under way reached its receiver; nothing of it is stored.
        host.Receiver.Requests.Count(request => request.Url.Host != "other.test").Should().Be(1);
        (erasure.Erased.Endpoints, erasure.Erased.Messages, erasure.Erased.Deliveries, erasure.IsComplete).Should().Be((1, 20, 20, true));
        await host.Logs.LoggedAsync(404);
        (await host.Store.CountTenantAsync(Tenant, default)).Should().Be(new TenantRows());
    }

    [Fact]
    public async Task A_tenant_that_was_erased_may_begin_anew()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync(tenantId: Tenant);
        await host.PublishAsync(new PublishOptions { TenantId = Tenant, EventId = "order-1" });
        await host.Receiver.ReceivedAsync(1);

        await EraserOf(host).EraseTenantAsync(Tenant);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.AddEndpointAsync(tenantId: Tenant);
        var published = await host.PublishAsync(new PublishOptions { TenantId = Tenant, EventId = "order-1" });

        published.IsDuplicate.Should().BeFalse();
        (await host.Receiver.ReceivedAsync(2))[1].MessageId.Should().Be(published.MessageId);
    }

    [Fact]
    public async Task An_erased_payload_is_not_sent_although_it_waited_in_memory_and_the_log_says_why()
    {
        await using var host = await TestHost.StartAsync();
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync(TestHost.Settings() with { MaxConcurrency = 1 });
        await host.PublishAsync();
        await host.Receiver.ReceivedAsync(1);
        var erased = await host.PublishAsync();
        var kept = await host.PublishAsync();

        (await EraserOf(host).ErasePayloadAsync(erased.MessageId)).Should().Be(new PayloadErasure(HadPayload: true, 0, 1));
        gate.Open();
        await host.WhenDeliveriesAsync(deliveries => deliveries.All(delivery => delivery.Status != DeliveryStatus.Pending));

        host.Receiver.Requests.Select(request => request.MessageId).Should().NotContain(erased.MessageId).And.Contain(kept.MessageId);
        var delivery = (await host.DeliveriesAsync(new DeliveryQuery { MessageId = erased.MessageId })).Single();
        (delivery.Status, delivery.CancelReason, delivery.AttemptCount).Should().Be((DeliveryStatus.Canceled, CancelReason.PayloadErased, 0));
        (await host.Log.GetMessageAsync(erased.MessageId))!.Payload.Should().BeNull();
    }

    [Fact]
    public async Task What_was_on_its_way_from_the_store_when_it_was_erased_is_not_sent_either()
    {
        await using var host = await TestHost.StartAsync();
        var gate = new Gate();
        await host.AddEndpointAsync();
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Store.After = async member =>
        {
            if (member == nameof(IMessageStore.AppendAsync) && stored.TrySetResult())
            {
                await gate.PassAsync(default);
            }
        };
        var publishing = host.PublishAsync(new PublishOptions { MessageId = "msg_1" });
        await stored.Task.InTimeAsync();

        await EraserOf(host).ErasePayloadAsync("msg_1");
        gate.Open();
        await publishing;
        var other = await host.PublishAsync();

        (await host.Receiver.ReceivedAsync(1)).Single().MessageId.Should().Be(other.MessageId);
    }

    [Fact]
    public async Task Erasing_what_is_not_there_says_so()
    {
        await using var host = await TestHost.StartAsync();

        await ((Func<Task>)(() => EraserOf(host).ErasePayloadAsync("msg_none"))).Should().ThrowAsync<WebhookNotFoundException>();
        await ((Func<Task>)(() => EraserOf(host).EraseTenantAsync(""))).Should().ThrowAsync<WebhookValidationException>();
        (await EraserOf(host).EraseTenantAsync("nobody")).Should().Be(new TenantErasure("nobody", new TenantRows(), new TenantRows()));
    }

    private static IWebhookEraser EraserOf(TestHost host) => host.Services.GetRequiredService<IWebhookEraser>();
}
