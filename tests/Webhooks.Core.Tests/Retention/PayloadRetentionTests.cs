using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Retention;

public sealed class PayloadRetentionTests
{
    [Fact]
    public async Task A_payload_and_the_excerpts_of_its_answers_go_at_the_time_that_the_host_sets_and_the_log_stays()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Retention.Payloads = TimeSpan.FromHours(2);
            options.Retention.Interval = TimeSpan.FromMinutes(1);
        });
        host.Receiver.AnswerEach(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("thank you") });
        await host.AddEndpointAsync();
        var published = await host.PublishAsync();
        var delivery = await host.DeliveryAsync(DeliveryStatus.Succeeded);
        (await host.Log.GetMessageAsync(published.MessageId))!.PayloadKeptUntil.Should().Be(TestHost.Noon.AddHours(2));

        host.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMinutes(1));
        await host.Store.Changed.WhenAsync(() => host.Store.CallsOf(nameof(IStoreMaintenance.PrunePayloadsAsync)) > 0);
        (await host.Log.GetMessageAsync(published.MessageId))!.Payload.Should().NotBeNull();
        await WhenRemovedAsync(host, published);

        (await host.DeliveriesAsync()).Should().Equal(delivery);
        var attempt = (await host.AttemptsAsync()).Single();
        attempt.ResponseExcerpt.IsEmpty.Should().BeTrue();
        attempt.IsResponseTruncated.Should().BeTrue("there was more than is kept");
        var resend = () => host.Services.GetRequiredService<IWebhookReplay>().ResendAsync(delivery.Id);
        (await resend.Should().ThrowAsync<WebhookConflictException>()).WithMessage("*payload*removed*");
    }

    [Fact]
    public async Task A_message_may_shorten_the_time_and_not_lengthen_it()
    {
        await using var host = await TestHost.WithAsync(options => options.Retention.Payloads = TimeSpan.FromDays(2));

        (await KeptForAsync(host, TimeSpan.FromHours(3))).Should().Be(TimeSpan.FromHours(3));
        (await KeptForAsync(host, TimeSpan.FromDays(3))).Should().Be(TimeSpan.FromDays(2));
        (await KeptForAsync(host, null)).Should().Be(TimeSpan.FromDays(2));
        await using var other = await TestHost.WithAsync(options => options.Retention.Messages = TimeSpan.FromDays(4));
        (await KeptForAsync(other, TimeSpan.FromDays(3))).Should().Be(TimeSpan.FromDays(3));
        (await KeptForAsync(other, TimeSpan.FromDays(5))).Should().BeNull("it goes with its message before that");
        (await KeptForAsync(other, null)).Should().BeNull();
    }

    [Fact]
    public async Task With_no_time_at_all_a_payload_is_there_until_every_delivery_has_ended_and_then_it_is_gone()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Retention.Interval = TimeSpan.FromMinutes(1);
            options.Retry.Delays = [TimeSpan.FromMinutes(3)];
        });
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK));
        await host.AddEndpointAsync();
        var published = await host.PublishAsync(new PublishOptions { PayloadRetention = TimeSpan.Zero });
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.Store.Changed.WhenAsync(async () =>
            (await host.Log.GetMessageAsync(published.MessageId))!.PayloadKeptUntil > TestHost.Noon);
        (await host.Log.GetMessageAsync(published.MessageId))!.Payload.Should().NotBeNull("a retry needs it");
        await WhenRemovedAsync(host, published);

        (await host.DeliveriesAsync()).Single().Status.Should().Be(DeliveryStatus.Succeeded);
        host.Receiver.Requests.Select(request => request.Text).Distinct().Should().ContainSingle();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3653L * 24 * 3600 * 1000 + 1)]
    public async Task A_time_out_of_range_is_refused(long milliseconds)
    {
        await using var host = await TestHost.StartAsync();

        var publish = () => host.PublishAsync(new PublishOptions { PayloadRetention = TimeSpan.FromMilliseconds(milliseconds) });

        var error = (await publish.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle().Subject;
        (error.Field, error.Rule).Should().Be(("payloadRetention", "range"));
    }

    [Fact]
    public async Task The_lines_of_rate_limits_that_have_ended_are_looked_for()
    {
        await using var host = await TestHost.StartAsync();

        host.Clock.Advance(TimeSpan.FromHours(1));

        await host.Store.Changed.WhenAsync(() => host.Store.CallsOf(nameof(IStoreMaintenance.PruneRatesAsync)) > 0);
    }

    private static async Task<TimeSpan?> KeptForAsync(TestHost host, TimeSpan? own)
    {
        var published = await host.PublishAsync(new PublishOptions { PayloadRetention = own });
        return (await host.Log.GetMessageAsync(published.MessageId))!.PayloadKeptUntil - host.Clock.GetUtcNow();
    }

    /// <summary>Lets time pass, a turn of retention at a time.</summary>
    private static async Task WhenRemovedAsync(TestHost host, PublishResult published)
    {
        while ((await host.Log.GetMessageAsync(published.MessageId))!.Payload is not null)
        {
            var calls = host.Store.CallsOf(nameof(IStoreMaintenance.PrunePayloadsAsync));
            host.Clock.Advance(TimeSpan.FromMinutes(1));
            await host.Store.Changed.WhenAsync(() => host.Store.CallsOf(nameof(IStoreMaintenance.PrunePayloadsAsync)) > calls);
            await host.WhenDeliveriesAsync(deliveries => deliveries.All(delivery => !(delivery.NextAttemptAt <= host.Clock.GetUtcNow())));
        }
    }
}
