using Webhooks.Dispatching;

namespace Webhooks.Diagnostics;

/// <summary>The values of tags, all of them few, whatever receivers and customers do.</summary>
internal static class TelemetryNames
{
    public static string Of(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Pending => "pending",
        DeliveryStatus.Succeeded => "succeeded",
        DeliveryStatus.Failed => "failed",
        _ => "canceled",
    };

    /// <summary>The <c>error.type</c> of an attempt: of an answer, the class of its status code; null where it did not fail.</summary>
    public static string? ErrorType(AttemptError error, int? statusCode) => error switch
    {
        AttemptError.None => null,
        AttemptError.Status => statusCode switch
        {
            >= 300 and < 400 => "3xx",
            >= 400 and < 500 => "4xx",
            >= 500 and < 600 => "5xx",
            _ => "status",
        },
        AttemptError.Timeout => "timeout",
        AttemptError.NameResolution => "name_resolution",
        AttemptError.Connection => "connection",
        AttemptError.Tls => "tls",
        AttemptError.InvalidResponse => "invalid_response",
        AttemptError.ForbiddenAddress => "forbidden_address",
        AttemptError.Credentials => "credentials",
        AttemptError.Payload => "payload",
        AttemptError.Interrupted => "interrupted",
        AttemptError.Transformation => "transformation",
        _ => "internal",
    };

    /// <summary>The <c>error.type</c> of a publish.</summary>
    public static string ErrorType(Exception exception) => exception switch
    {
        WebhookValidationException => "validation",
        WebhookStoreException => "store",
        OperationCanceledException => "canceled",
        _ => "_OTHER",
    };
}
