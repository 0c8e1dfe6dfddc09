namespace Webhooks.Operations;

/// <summary>
/// Code of the host's that operational events are delivered to, registered with <c>AddOperationalEventHandler</c>. It is made in a
/// scope of its own for each attempt.
/// </summary>
public interface IOperationalEventHandler
{
    /// <summary>
    /// Handles an event: at least once, on one of the instances, and not necessarily in order. What it throws is a failed attempt, which
    /// is repeated by the application's retry schedule; the exception's type and message are kept in the log.
    /// </summary>
    /// <param name="operationalEvent">What happened.</param>
    /// <param name="cancellationToken">
    /// Ends when the attempt's deadline (<see cref="Dispatching.DispatcherOptions.AttemptTimeout"/>) is reached, or the process stops.
    /// </param>
    Task HandleAsync(OperationalEvent operationalEvent, CancellationToken cancellationToken);
}
