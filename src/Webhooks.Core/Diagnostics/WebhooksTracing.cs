using System.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Http;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Diagnostics;

/// <summary>The spans of the library, as docs/observability.md lists them. Nothing is made of them where nobody listens.</summary>
internal static class WebhooksTracing
{
    private const string PublishName = "publish";
    private const string System = "webhooks";

    private static readonly ActivitySource Source = new(WebhooksDefaults.TelemetryName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsWanted => Source.HasListeners();

    /// <summary>The <c>traceparent</c> of what runs now; null when nothing is traced.</summary>
    public static string? CurrentTraceParent =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;

    /// <summary>Starts the span of a publish; null where nobody wants it.</summary>
    public static Activity? StartPublish(int count, TimeProvider timeProvider)
    {
        if (!IsWanted)
        {
            return null;
        }

        var activity = Source.StartActivity(PublishName, ActivityKind.Producer, default(ActivityContext), startTime: timeProvider.GetUtcNow());
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.system", System);
            activity.SetTag("messaging.operation.name", PublishName);
            activity.SetTag("messaging.operation.type", "send");
            activity.SetTag("messaging.batch.message_count", count);
        }

        return activity;
    }

    /// <summary>Says what was published.</summary>
    public static void SetPublished(this Activity? activity, IReadOnlyList<WebhookMessage> messages, IReadOnlyList<PublishResult> results)
    {
        if (activity is not { IsAllDataRequested: true })
        {
            return;
        }

        if (Common(messages, static message => message.EventType) is { } eventType)
        {
            activity.DisplayName = $"{PublishName} {eventType}";
            activity.SetTag("messaging.destination.name", eventType);
        }

        if (Common(messages, static message => message.TenantId) is { } tenantId)
        {
            activity.SetTag("webhooks.tenant.id", tenantId);
        }

        if (results.Count == 1)
        {
            activity.SetTag("messaging.message.id", results[0].MessageId);
        }

        activity.SetTag("webhooks.delivery.count", results.Sum(static result => result.DeliveryCount));
    }

    /// <summary>Says that it failed.</summary>
    public static void SetError(this Activity? activity, string error)
    {
        if (activity is not null)
        {
            activity.SetTag("error.type", error);
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>
    /// Starts the span of an attempt, in the trace of the publish, which it is linked to as well: a backend may show either.
    /// Null where nobody wants it.
    /// </summary>
    public static Activity? StartAttempt(CachedEndpoint endpoint, LeasedDelivery delivery, TimeProvider timeProvider)
    {
        if (!IsWanted)
        {
            return null;
        }

        var message = delivery.Message;
        ActivityLink[]? links = null;
        if (ActivityContext.TryParse(message.TraceParent, traceState: null, isRemote: true, out var publish))
        {
            links = [new ActivityLink(publish)];
        }

        var activity = Source.StartActivity(
            $"attempt {message.EventType}", ActivityKind.Client, publish, tags: null, links, startTime: timeProvider.GetUtcNow());
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.system", System);
            activity.SetTag("messaging.destination.name", message.EventType);
            activity.SetTag("messaging.message.id", message.Id);
            if (endpoint.Handler is null)
            {
                activity.SetTag("http.request.method", "POST");
                activity.SetTag("server.address", endpoint.Url.IdnHost);
                activity.SetTag("server.port", endpoint.Url.Port);
            }

            activity.SetTag("webhooks.tenant.id", message.TenantId);
            activity.SetTag("webhooks.endpoint.id", delivery.EndpointId);
            activity.SetTag("webhooks.delivery.id", delivery.Id);
            activity.SetTag("webhooks.attempt.number", delivery.AttemptNumber);
        }

        return activity;
    }

    /// <summary>Says what came of an attempt.</summary>
    public static void SetAttempted(this Activity? activity, in AttemptResponse response, DeliveryStatus status)
    {
        if (activity is not { IsAllDataRequested: true })
        {
            return;
        }

        activity.SetTag("webhooks.delivery.status", TelemetryNames.Of(status));
        if (response.StatusCode is { } statusCode)
        {
            activity.SetTag("http.response.status_code", statusCode);
        }

        if (TelemetryNames.ErrorType(response.Error, response.StatusCode) is { } error)
        {
            activity.SetError(error);
        }
    }

    /// <summary>Ends a span by the library's clock.</summary>
    public static void End(this Activity? activity, TimeProvider timeProvider)
    {
        if (activity is not null)
        {
            activity.SetEndTime(timeProvider.GetUtcNow().UtcDateTime);
            activity.Stop();
        }
    }

    /// <summary>What all messages have; null where they differ.</summary>
    private static string? Common(IReadOnlyList<WebhookMessage> messages, Func<WebhookMessage, string> of) =>
        messages.Select(of).Distinct(StringComparer.Ordinal).Take(2).ToList() is [var only] ? only : null;
}
