using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Diagnostics;

[Collection(TelemetryCollection.Name)]
public sealed class TracingTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivitySource _hosts = new("host");
    private ActivityListener? _listener;

    public void Dispose()
    {
        _listener?.Dispose();
        _hosts.Dispose();
    }

    [Fact]
    public async Task A_retry_on_another_instance_belongs_to_the_trace_of_the_publish()
    {
        Listen();
        await using var first = await TestHost.WithAsync(options => options.Retry.Delays = [TimeSpan.FromHours(1)]);
        first.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await first.AddEndpointAsync();
        using (var request = _hosts.StartActivity("POST /orders", ActivityKind.Server))
        {
            await first.PublishAsync();
        }

        await first.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        await first.StopAsync();
        await using var second = await TestHost.StartAsync(like: first);
        first.Clock.Advance(TimeSpan.FromHours(2));
        await second.DeliveryAsync(DeliveryStatus.Succeeded);
        await second.StopAsync();

        var host = _ended.Single(activity => activity.Source == _hosts);
        var publish = _ended.Single(activity => activity.Kind == ActivityKind.Producer);
        var attempts = _ended.Where(activity => activity.Kind == ActivityKind.Client).ToList();
        publish.ParentSpanId.Should().Be(host.SpanId);
        attempts.Should().HaveCount(2).And.OnlyContain(attempt =>
            attempt.TraceId == host.TraceId && attempt.ParentSpanId == publish.SpanId && attempt.Links.Single().Context.SpanId == publish.SpanId);
        attempts.Select(attempt => attempt.GetTagItem("webhooks.attempt.number")).Should().Equal(1, 2);
        attempts.Select(attempt => attempt.GetTagItem("error.type")).Should().Equal(new object?[] { "5xx", null });
        attempts.Select(attempt => attempt.GetTagItem("webhooks.delivery.status")).Should().Equal("pending", "succeeded");
        attempts.Select(attempt => attempt.Status).Should().Equal(ActivityStatusCode.Error, ActivityStatusCode.Unset);
        attempts[1].StartTimeUtc.Should().Be(first.Clock.GetUtcNow().UtcDateTime, "the clock is the host's");
    }

    [Fact]
    public async Task A_message_keeps_the_hosts_trace_where_nobody_listens_to_the_library()
    {
        Listen("host");
        await using var host = await TestHost.StartAsync();
        using var request = _hosts.StartActivity("POST /orders", ActivityKind.Server);

        var published = await host.PublishAsync();

        (await host.Log.GetMessageAsync(published.MessageId))!.TraceParent.Should().Be(request!.Id);
        _ended.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_any_trace_nothing_is_kept_sent_or_made()
    {
        await using var host = await TestHost.WithAsync(options => options.Diagnostics.SendTraceParent = true);
        await host.AddEndpointAsync();

        var published = await host.PublishAsync();

        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        (await host.Log.GetMessageAsync(published.MessageId))!.TraceParent.Should().BeNull();
        host.Receiver.Requests.Single().Headers.Should().NotContainKey("traceparent");
    }

    [Fact]
    public async Task What_the_sampler_drops_at_the_publish_has_no_attempts()
    {
        Listen(sample: (ref ActivityCreationOptions<ActivityContext> options) =>
            options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData);
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();

        await host.PublishAsync();

        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        await host.StopAsync();
        _ended.Should().HaveCount(2).And.OnlyContain(activity => !activity.Recorded && !activity.TagObjects.Any());
    }

    [Fact]
    public async Task Requests_carry_the_span_of_their_attempt_when_asked_for()
    {
        Listen();
        await using var host = await TestHost.WithAsync(options => options.Diagnostics.SendTraceParent = true);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        await host.StopAsync();

        host.Receiver.Requests.Single().Headers["traceparent"].Should().Be(_ended.Single(activity => activity.Kind == ActivityKind.Client).Id);
    }

    [Fact]
    public async Task Requests_carry_the_stored_trace_where_attempts_are_not_traced()
    {
        Listen("host");
        await using var host = await TestHost.WithAsync(options => options.Diagnostics.SendTraceParent = true);
        await host.AddEndpointAsync();
        using var request = _hosts.StartActivity("POST /orders", ActivityKind.Server);
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Succeeded);

        host.Receiver.Requests.Single().Headers["traceparent"].Should().Be(request!.Id);
    }

    [Fact]
    public async Task Requests_tell_nothing_of_traces_by_default()
    {
        Listen();
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Succeeded);

        host.Receiver.Requests.Single().Headers.Should().NotContainKey("traceparent").And.NotContainKey("tracestate");
    }

    [Theory]
    [InlineData("traceparent")]
    [InlineData("TraceState")]
    public async Task An_endpoint_sets_the_header_itself_only_where_the_library_does_not(string header)
    {
        var settings = TestHost.Settings() with { Headers = new Dictionary<string, string> { [header] = "of-the-endpoint" } };
        await using var silent = await TestHost.StartAsync();
        await silent.AddEndpointAsync(settings);
        await silent.PublishAsync();
        await silent.DeliveryAsync(DeliveryStatus.Succeeded);
        silent.Receiver.Requests.Single().Headers[header].Should().Be("of-the-endpoint");

        await using var sending = await TestHost.WithAsync(options => options.Diagnostics.SendTraceParent = true);
        (await sending.Invoking(host => host.AddEndpointAsync(settings)).Should().ThrowAsync<WebhookValidationException>())
            .Which.Errors.Single().Rule.Should().Be("reserved");
    }

    [Fact]
    public async Task A_stored_trace_that_is_none_does_not_stop_an_attempt()
    {
        Listen();
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.Enabled = false);
        await host.AddEndpointAsync();
        await host.Store.Inner.AppendAsync(
            [
                new()
                {
                    Id = "msg_1", TenantId = WebhooksDefaults.TenantId, EventType = "order.created", Payload = "{}"u8.ToArray(),
                    Timestamp = TestHost.Noon, CreatedAt = TestHost.Noon, TraceParent = "00-nonsense",
                },
            ],
            leases: null,
            default);

        await using var other = await TestHost.StartAsync(like: host);
        await other.DeliveryAsync(DeliveryStatus.Succeeded);
        await other.StopAsync();

        _ended.Single().Links.Should().BeEmpty();
    }

    private void Listen(string? only = null, SampleActivity<ActivityContext>? sample = null)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => only is null ? source == _hosts || source.Name == WebhooksDefaults.TelemetryName : source.Name == only,
            Sample = sample ?? ((ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded),
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }
}
