namespace Cyberdesk;

/// <summary>The body that recovers what failed at an endpoint.</summary>
/// <param name="Since">Messages published at this time or later.</param>
internal sealed record Recovery(DateTimeOffset Since);
