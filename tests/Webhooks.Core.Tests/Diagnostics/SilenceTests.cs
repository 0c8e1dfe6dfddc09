using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Http;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Diagnostics;

[Collection(TelemetryCollection.Name)]
public sealed class SilenceTests
{
    private static readonly DeliveryAttempt Attempt = new()
    {
        Id = "atmpt_1", TenantId = "acme", DeliveryId = "dlv_1", Number = 1, StartedAt = default, Duration = TimeSpan.FromSeconds(1),
        StatusCode = 500, Error = AttemptError.Status,
    };

    private static readonly LeasedDelivery Delivery = new()
    {
        Id = "dlv_1",
        EndpointId = "ep_1",
        EndpointVersion = 1,
        AttemptNumber = 1,
        LeaseUntil = default,
        Message = new WebhookMessage
        {
            Id = "msg_1",
            TenantId = "acme",
            EventType = "order.paid",
            Payload = default,
            Timestamp = default,
            CreatedAt = default,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        },
    };

    [Fact]
    public void Where_nobody_listens_a_publish_and_an_attempt_allocate_nothing_for_it()
    {
        var metrics = TestMetrics.Create();
        IReadOnlyList<PublishResult> results = [new("msg_1", 1, IsDuplicate: false)];
        IReadOnlyList<DeliveryOutcome> outcomes = [new(Attempt, DeliveryStatus.Failed, RetryAt: null)];
        IReadOnlyList<WebhookMessage> messages = [Delivery.Message];
        IReadOnlyList<bool> effective = [true];
        Measure();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Measure();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        void Measure()
        {
            var publish = WebhooksTracing.StartPublish(0, TimeProvider.System);
            metrics.Published(results, TimeSpan.FromSeconds(1));
            metrics.PublishFailed(1, "store", TimeSpan.FromSeconds(1));
            metrics.Appended(1);
            publish.SetPublished(messages, results);
            publish.SetError("store");
            publish.End(TimeProvider.System);
            var attempt = WebhooksTracing.StartAttempt(null!, Delivery, TimeProvider.System);
            metrics.Attempted(Attempt, default);
            attempt.SetAttempted(new AttemptResponse { Error = AttemptError.Status, StatusCode = 500 }, DeliveryStatus.Failed);
            attempt.End(TimeProvider.System);
            metrics.Completed(outcomes, effective);
            _ = WebhooksTracing.CurrentTraceParent;
        }
    }
}
