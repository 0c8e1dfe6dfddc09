using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Http;
using Webhooks.Storage;

namespace Webhooks.Operations;

/// <summary>Makes an attempt whose delivery goes to a handler of the host's, as <see cref="AttemptSender"/> makes those over the network.</summary>
/// <remarks>
/// Whatever goes wrong is <see cref="AttemptError.Internal"/>, which is held against no endpoint: a handler has no open circuit, and is
/// not disabled for failing.
/// </remarks>
internal sealed class HandlerCaller(
    IEnumerable<OperationalHandler> handlers,
    IServiceScopeFactory scopes,
    IOptions<WebhooksOptions> options,
    TimeProvider timeProvider,
    ILogger<HandlerCaller> logger)
{
    private readonly OperationalHandler[] _handlers = [.. handlers];
    private readonly DispatcherOptions _options = options.Value.Dispatcher;

    /// <summary>Lets a handler handle an event, until the attempt's deadline.</summary>
    public async Task<AttemptResponse> SendAsync(string handlerName, LeasedDelivery delivery, CancellationToken abort)
    {
        var started = timeProvider.GetTimestamp();
        string? problem = null;
        using var deadline = new CancellationTokenSource(_options.AttemptTimeout, timeProvider);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, abort);
        try
        {
            // On a thread of its own: one that blocks, or does not heed the token, ends with the attempt all the same.
            await Task.Run(() => CallAsync(handlerName, delivery, cancellation.Token), CancellationToken.None)
                .WaitAsync(cancellation.Token).ConfigureAwait(false);
        }
        catch (Exception) when (abort.IsCancellationRequested)
        {
            return new AttemptResponse { IsAborted = true };
        }
        catch (Exception exception)
        {
            problem = deadline.IsCancellationRequested
                ? $"The handler did not end within {_options.AttemptTimeout}."
                : AttemptErrors.Describe(exception);
            logger.HandlerFailed(exception, handlerName, delivery.Message.Id, delivery.AttemptNumber);
        }

        return new AttemptResponse
        {
            Duration = TimeSpan.FromMilliseconds((long)timeProvider.GetElapsedTime(started).TotalMilliseconds),
            Error = problem is null ? AttemptError.None : AttemptError.Internal,
            ErrorMessage = problem,
        };
    }

    private async Task CallAsync(string name, LeasedDelivery delivery, CancellationToken cancellationToken)
    {
        var handler = Array.Find(_handlers, handler => string.Equals(handler.Name, name, StringComparison.Ordinal))
            ?? throw new InvalidOperationException(
                $"This process has no handler '{name}'. Register it with AddOperationalEventHandler, or delete its endpoint.");
        if (!handler.Calls.TryBegin(_options.MaxConcurrencyPerEndpoint))
        {
            throw new InvalidOperationException(
                $"{_options.MaxConcurrencyPerEndpoint} calls of the handler have not ended, some of them long after their deadline. "
                    + "Let it heed its cancellation token.");
        }

        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var operationalEvent = OperationalCatalog.Read(delivery.Message, delivery.AttemptNumber);
                await handler.Resolve(scope.ServiceProvider).HandleAsync(operationalEvent, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            handler.Calls.End();
        }
    }
}
