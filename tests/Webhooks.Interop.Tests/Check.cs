namespace Webhooks.Interop.Tests;

/// <summary>With what a receiver verifies.</summary>
/// <param name="Name">What its verdict is called.</param>
/// <param name="Library">One of <c>libraries.js</c>.</param>
/// <param name="Key">The secret as its owner was given it; for Ed25519 a JWKS document.</param>
public sealed record Check(string Name, string Library, string Key);
