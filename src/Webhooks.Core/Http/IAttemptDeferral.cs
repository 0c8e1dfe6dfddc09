namespace Webhooks.Http;

/// <summary>
/// Recognises exceptions by which a handler of the host's (a circuit breaker, a rate limiter) refused to send. Such a delivery
/// is put back for a while; it is not a failed attempt. Register with <c>DeferOn</c>.
/// </summary>
public interface IAttemptDeferral
{
    /// <summary>Decides about one exception.</summary>
    /// <param name="exception">What the request threw.</param>
    /// <returns>For how long the delivery is put back, or null when the exception is a failed attempt.</returns>
    TimeSpan? DeferFor(Exception exception);
}
