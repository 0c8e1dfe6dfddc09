namespace Webhooks.Docs.Tests.Snippets;

// Who else appears in the snippets.
public sealed record Order(string Id, decimal Total, string MerchantId);

public sealed record OrderPaid(string OrderId, decimal Total = 0);

public sealed record Customer(string Id, DateTimeOffset TrialEndsAt);

public sealed record TrialEnds(string CustomerId);

public sealed record LoginCode(string Code);

public sealed class Plans
{
    public bool IsFree(string tenantId) => tenantId.StartsWith("free-", StringComparison.Ordinal);
}

internal sealed class MyHandler : DelegatingHandler;

/// <summary>Has the shape of the exception that Polly's circuit breaker throws.</summary>
internal sealed class BrokenCircuitException : Exception
{
    public TimeSpan? RetryAfter => null;
}
