using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// The hosted service that attempts due deliveries: it claims them from the store or gets them from the publishers of its
/// process, sorts them into lanes, lets workers attempt them, and writes the outcomes back.
/// </summary>
internal sealed class WebhookDispatcher : IWebhookDispatcher, IHostedService, IDisposable
{
    private readonly DispatcherOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<WebhookDispatcher> _logger;
    private readonly EndpointCache _endpoints;
    private readonly ErasedMessages _erased;
    private readonly LaneScheduler _scheduler;
    private readonly WakeUp _wakeUp;
    private readonly OutcomeWriter _outcomes;
    private readonly LeaseReturner _returns;
    private readonly EndpointStates _states;
    private readonly WakeUp _paceWakeUp;
    private readonly PaceLoop _pace;
    private readonly ClaimLoop _claims;
    private readonly AttemptWorkers _workers;
    private readonly UnderWay _grants = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private volatile bool _isRunning;

    public WebhookDispatcher(
        IDeliveryStore store,
        DeliveryAttempter attempter,
        EndpointCache endpoints,
        ErasedMessages erased,
        EndpointEditor editor,
        WakeUp wakeUp,
        IOptions<WebhooksOptions> options,
        TimeProvider timeProvider,
        WebhooksMetrics metrics,
        ILogger<WebhookDispatcher> logger)
    {
        _options = options.Value.Dispatcher;
        _timeProvider = timeProvider;
        _logger = logger;
        _endpoints = endpoints;
        _erased = erased;
        Owner = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():n}";
        _wakeUp = wakeUp;
        _paceWakeUp = new WakeUp(timeProvider);
        _scheduler = new LaneScheduler(_options, _wakeUp.Call, _paceWakeUp.Call, timeProvider);
        _outcomes = new OutcomeWriter(store, Owner, _scheduler, _wakeUp, timeProvider, metrics, logger);
        _returns = new LeaseReturner(store, Owner, _scheduler, _wakeUp, _options.ShortestLease, timeProvider);
        _states = new EndpointStates(store, Owner, _scheduler, endpoints, _wakeUp, _options, timeProvider);
        var health = new EndpointHealth(_states, editor, endpoints, options.Value, timeProvider, logger);
        _workers = new AttemptWorkers(
            attempter, _scheduler, _outcomes, _returns, _states, health, options.Value.CircuitBreaker, timeProvider, logger);
        _pace = new PaceLoop(store, _scheduler, _workers, _returns, _states, _paceWakeUp, _options, timeProvider, logger);
        _claims = new ClaimLoop(
            store, Owner, _scheduler, _workers, _returns, _states, _wakeUp, options.Value, timeProvider, logger);
        metrics.Observe(_scheduler, new OldestDue(store, timeProvider));
    }

    /// <summary>The name that its leases carry: the machine and process for people, and a part that no other run shares.</summary>
    private string Owner { get; }

    public LeaseGrant? Reserve()
    {
        _grants.Begin();

        // Half of what is free: claims find the other half.
        var room = _isRunning ? _scheduler.Reserve(_options.Capacity, share: 2) : 0;
        if (room > 0)
        {
            return new LeaseGrant(Owner, _timeProvider.GetNow() + _options.LeaseDuration, room);
        }

        _grants.End();
        return null;
    }

    public void Dispatch(LeaseGrant grant, IReadOnlyList<LeasedDelivery> deliveries)
    {
        _scheduler.Free(grant.Limit - deliveries.Count);
        _workers.Accept(deliveries);
        _grants.End();
    }

    public void Wake() => _wakeUp.Call();

    public void WakeAt(DateTimeOffset time) => _wakeUp.CallAt(time);

    public void EndpointChanged(EndpointKey? endpoint)
    {
        if (endpoint is { } key)
        {
            _endpoints.Forget(key);
            _scheduler.ForgetLimits(key);
        }
        else
        {
            _endpoints.ForgetAll();
        }
    }

    public void Erased(string tenantId, string? messageId)
    {
        _erased.Add(tenantId, messageId);
        if (messageId is null)
        {
            _endpoints.ForgetAll(tenantId);
        }

        _scheduler.Free(_scheduler.Remove(tenantId, messageId));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_options.Enabled)
        {
            _isRunning = true;
            _loop = Task.WhenAll(
                Task.Run(() => _claims.RunAsync(_stopping.Token), CancellationToken.None),
                Task.Run(() => _pace.RunAsync(_stopping.Token), CancellationToken.None));
            _logger.DispatcherStarted(Owner);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_isRunning)
        {
            return;
        }

        _isRunning = false;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (waiting, takenOver) = _scheduler.Stop();
        foreach (var delivery in waiting)
        {
            _returns.Return(delivery);
        }

        // What publishers are storing for this dispatcher at this moment is given back too.
        await _grants.WhenIdleAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Attempts under way get their time; when the host's patience is at its end, they are broken off and released.
        using (cancellationToken.UnsafeRegister(static workers => ((AttemptWorkers)workers!).Abort(), _workers))
        {
            await _workers.WhenIdleAsync().ConfigureAwait(false);
        }

        await _outcomes.StopAsync().ConfigureAwait(false);
        await ReturnLeasesAsync(takenOver).ConfigureAwait(false);
        _logger.DispatcherStopped(Owner);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _paceWakeUp.Dispose();
        _workers.Dispose();
        _outcomes.Dispose();
    }

    private async Task ReturnLeasesAsync(IReadOnlyList<EndpointKey> takenOver)
    {
        try
        {
            await _states.WriteAsync(CancellationToken.None).ConfigureAwait(false);
            await _returns.WriteAsync(CancellationToken.None).ConfigureAwait(false);
            await _returns.HandOverAsync(takenOver, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _logger.ReleaseFailed(exception);
        }
    }
}
