namespace Webhooks.Signing;

/// <summary>Verifies received webhooks. For receivers in .NET; <see cref="WebhookVerifier"/> knows every <see cref="SigningScheme"/>.</summary>
/// <remarks>Called concurrently.</remarks>
public interface IWebhookVerifier
{
    /// <summary>Verifies one request.</summary>
    /// <param name="header">
    /// Looks a header's values up by its name, in any case: none, one, or several. With ASP.NET Core:
    /// <c>name =&gt; request.Headers[name]</c>.
    /// </param>
    /// <param name="body">The body as it was received, byte for byte.</param>
    /// <returns>Whether it is to be accepted, or why not: for the receiver's log, not for the sender.</returns>
    WebhookVerification Verify(Func<string, IReadOnlyList<string?>> header, ReadOnlySpan<byte> body);
}
