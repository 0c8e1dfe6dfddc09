using Microsoft.Extensions.Logging;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Receiving;

/// <summary>What receiving logs: event ids from 600. Nothing of a request that was not verified stands in it.</summary>
internal static partial class ReceivingLogMessages
{
    [LoggerMessage(600, LogLevel.Information, "A webhook for {Route} was refused: {Failure} in header {Header}. It was to come from sender '{Sender}'.")]
    public static partial void WebhookRefused(
        this ILogger logger, string route, WebhookVerificationFailure failure, string? header, string sender);

    [LoggerMessage(601, LogLevel.Information, "A webhook for {Route} was refused: its sender is not known.")]
    public static partial void SenderUnknown(this ILogger logger, string route);

    [LoggerMessage(602, LogLevel.Information, "A webhook for {Route} was refused: its body is larger than {MaxBodyBytes} bytes.")]
    public static partial void BodyTooLarge(this ILogger logger, string route, int maxBodyBytes);

    [LoggerMessage(603, LogLevel.Information, "The body of a webhook for {Route} could not be read.")]
    public static partial void BodyUnreadable(this ILogger logger, Exception exception, string route);

    [LoggerMessage(604, LogLevel.Information, "Webhook {MessageId} for {Route} from sender '{Sender}' was a bad request.")]
    public static partial void BadRequest(this ILogger logger, Exception exception, string? messageId, string route, string sender);

    [LoggerMessage(605, LogLevel.Information, "A webhook for {Route} from sender '{Sender}' was refused: its id has {Length} characters; {MaxLength} are allowed.")]
    public static partial void MessageIdTooLong(this ILogger logger, string route, string sender, int length, int maxLength);

    [LoggerMessage(606, LogLevel.Debug, "Webhook {MessageId} for {Route} from sender '{Sender}' was received before: {Receipt}.")]
    public static partial void WebhookReceivedBefore(
        this ILogger logger, string messageId, string route, string sender, WebhookReceipt receipt);

    [LoggerMessage(607, LogLevel.Error, "Webhook {MessageId} for {Route} from sender '{Sender}' failed and could not be forgotten: the sender's next attempts may be taken for duplicates.")]
    public static partial void ForgetFailed(
        this ILogger logger, Exception exception, string messageId, string route, string sender);
}
