using System.Net;
using Microsoft.Extensions.Logging;
using Webhooks.Dispatching;

namespace Webhooks.Diagnostics;

/// <summary>Every log message of the library. Event ids: 100 start and stop, 200 publishing, 300 claims, 400 attempts, 500 upkeep.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(100, LogLevel.Warning, "Webhooks are kept in memory only and are lost when this process ends. Use a durable store, such as UseSqlite, in production.")]
    public static partial void StoreIsInMemory(this ILogger logger);

    [LoggerMessage(101, LogLevel.Information, "Webhook dispatcher {Owner} started.")]
    public static partial void DispatcherStarted(this ILogger logger, string owner);

    [LoggerMessage(102, LogLevel.Information, "Webhook dispatcher {Owner} stopped.")]
    public static partial void DispatcherStopped(this ILogger logger, string owner);

    [LoggerMessage(200, LogLevel.Error, "Storing {Count} published messages failed; their publishers get the exception.")]
    public static partial void AppendFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(300, LogLevel.Error, "Claiming due deliveries failed; trying again in {Pause}.")]
    public static partial void ClaimFailed(this ILogger logger, Exception exception, TimeSpan pause);

    [LoggerMessage(301, LogLevel.Warning, "Leases could not be given back; their deliveries go out again when the leases end.")]
    public static partial void ReleaseFailed(this ILogger logger, Exception exception);

    [LoggerMessage(302, LogLevel.Error, "Reserving time for rate limits failed; trying again in {Pause}.")]
    public static partial void ReserveFailed(this ILogger logger, Exception exception, TimeSpan pause);

    [LoggerMessage(400, LogLevel.Debug, "Attempt {Number} of delivery {DeliveryId} to endpoint {EndpointId} failed: {Error}, status {StatusCode}.")]
    public static partial void AttemptFailed(
        this ILogger logger, string deliveryId, int number, string endpointId, AttemptError error, int? statusCode);

    [LoggerMessage(401, LogLevel.Error, "Delivery {DeliveryId} could not be attempted; it is put back for a moment.")]
    public static partial void AttemptNotMade(this ILogger logger, Exception exception, string deliveryId);

    [LoggerMessage(402, LogLevel.Error, "Recording {Count} outcomes failed; trying again.")]
    public static partial void CompleteFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(403, LogLevel.Error, "{Count} outcomes could not be recorded before the stop; their deliveries go out again.")]
    public static partial void OutcomesLost(this ILogger logger, int count);

    [LoggerMessage(404, LogLevel.Warning, "Attempt {Number} of delivery {DeliveryId} changed nothing: its lease was lost or the delivery canceled meanwhile.")]
    public static partial void LeaseLost(this ILogger logger, string deliveryId, int number);

    [LoggerMessage(405, LogLevel.Warning, "Endpoint {EndpointId} of tenant {TenantId} was disabled: its receiver answered 410 Gone.")]
    public static partial void EndpointGone(this ILogger logger, string endpointId, string tenantId);

    [LoggerMessage(406, LogLevel.Error, "Endpoint {EndpointId} of tenant {TenantId} answered 410 Gone but could not be disabled.")]
    public static partial void DisableFailed(this ILogger logger, Exception exception, string endpointId, string tenantId);

    [LoggerMessage(407, LogLevel.Information, "No connection was made to {Host}:{Port}: {Reason}. Forbidden address: {Address}.")]
    public static partial void ConnectionForbidden(this ILogger logger, string host, int port, string reason, IPAddress? address);

    [LoggerMessage(408, LogLevel.Warning, "The circuit of endpoint {EndpointId} of tenant {TenantId} is open until {Until:u}: too many attempts failed.")]
    public static partial void CircuitOpened(this ILogger logger, string endpointId, string tenantId, DateTimeOffset until);

    [LoggerMessage(409, LogLevel.Information, "Endpoint {EndpointId} of tenant {TenantId} is paused until {Until:u}, as its receiver asked.")]
    public static partial void PausedByReceiver(this ILogger logger, string endpointId, string tenantId, DateTimeOffset until);

    [LoggerMessage(410, LogLevel.Information, "Endpoint {EndpointId} of tenant {TenantId} has recovered; it had failed since {FailingSince:u}.")]
    public static partial void EndpointRecovered(
        this ILogger logger, string endpointId, string tenantId, DateTimeOffset failingSince);

    [LoggerMessage(411, LogLevel.Warning, "Endpoint {EndpointId} of tenant {TenantId} was disabled: every attempt has failed since {FailingSince:u}.")]
    public static partial void EndpointFailing(
        this ILogger logger, string endpointId, string tenantId, DateTimeOffset? failingSince);

    [LoggerMessage(412, LogLevel.Error, "Endpoint {EndpointId} of tenant {TenantId} has failed for too long but could not be disabled.")]
    public static partial void DisableFailingFailed(
        this ILogger logger, Exception exception, string endpointId, string tenantId);

    [LoggerMessage(413, LogLevel.Warning, "Handler '{Handler}' failed in attempt {Number} to handle operational event {MessageId}.")]
    public static partial void HandlerFailed(
        this ILogger logger, Exception exception, string handler, string messageId, int number);

    [LoggerMessage(414, LogLevel.Warning, "Delivery {DeliveryId} could not be transformed in attempt {Number} for endpoint {EndpointId}: {Problem}")]
    public static partial void TransformationFailed(
        this ILogger logger, Exception? exception, string deliveryId, int number, string endpointId, string problem);

    [LoggerMessage(415, LogLevel.Information, "Delivery {DeliveryId} to endpoint {EndpointId} was canceled by its transformation.")]
    public static partial void CanceledByTransformation(this ILogger logger, string deliveryId, string endpointId);

    [LoggerMessage(416, LogLevel.Warning, "Delivery {DeliveryId} to endpoint {EndpointId} has failed: the process that had it for attempt {Number} was lost, and it is sent at most once.")]
    public static partial void Interrupted(this ILogger logger, string deliveryId, string endpointId, int number);

    [LoggerMessage(500, LogLevel.Information, "Retention removed {Count} messages and attempts.")]
    public static partial void Pruned(this ILogger logger, int count);

    [LoggerMessage(501, LogLevel.Error, "Retention failed; trying again at its next turn.")]
    public static partial void PruneFailed(this ILogger logger, Exception exception);

    [LoggerMessage(502, LogLevel.Error, "The expired secrets of endpoint {EndpointId} of tenant {TenantId} stay: they cannot be decrypted.")]
    public static partial void ExpiredSecretsStay(this ILogger logger, string endpointId, string tenantId, Exception exception);

    [LoggerMessage(503, LogLevel.Information, "The payload of message {MessageId} of tenant {TenantId} was erased.")]
    public static partial void PayloadErased(this ILogger logger, string messageId, string tenantId);

    [LoggerMessage(504, LogLevel.Information, "A tenant was erased: {Count} rows; {Remaining} were added meanwhile.")]
    public static partial void TenantErased(this ILogger logger, long count, long remaining);

    [LoggerMessage(510, LogLevel.Information, "Replay {JobId} of tenant {TenantId} is through: {Replayed} deliveries sent, {Skipped} skipped.")]
    public static partial void ReplayCompleted(this ILogger logger, string jobId, string tenantId, long replayed, long skipped);

    [LoggerMessage(511, LogLevel.Error, "A turn of a replay failed and changed nothing; trying again in {Pause}.")]
    public static partial void ReplayFailed(this ILogger logger, Exception exception, TimeSpan pause);
}
