using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Webhooks.Signing;

/// <summary>
/// Verifies received webhooks by the Standard Webhooks specification, scheme <c>v1</c>, on the body's raw bytes. For receivers
/// in .NET. Safe for concurrent use.
/// </summary>
public sealed class WebhookVerifier
{
    /// <summary>How far a timestamp may be from now in either direction, when nothing else is said: 5 minutes.</summary>
    public static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    private readonly WebhookSecret[] _secrets;
    private readonly TimeSpan _tolerance;
    private readonly TimeProvider _timeProvider;

    /// <summary>Makes a verifier.</summary>
    /// <param name="secret">The secret that the endpoint was created with.</param>
    /// <param name="tolerance">How far a timestamp may be from now; null for <see cref="DefaultTolerance"/>.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public WebhookVerifier(WebhookSecret secret, TimeSpan? tolerance = null, TimeProvider? timeProvider = null)
        : this([secret], tolerance, timeProvider)
    {
    }

    /// <summary>Makes a verifier that accepts any of several secrets, for the time of a rotation.</summary>
    /// <param name="secrets">The secrets; at least one.</param>
    /// <param name="tolerance">How far a timestamp may be from now; null for <see cref="DefaultTolerance"/>.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">There is no secret.</exception>
    public WebhookVerifier(
        IReadOnlyList<WebhookSecret> secrets, TimeSpan? tolerance = null, TimeProvider? timeProvider = null)
    {
        if (secrets.Count == 0)
        {
            throw new ArgumentException("At least one secret is needed.", nameof(secrets));
        }

        _secrets = [.. secrets];
        _tolerance = tolerance ?? DefaultTolerance;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Verifies one request.</summary>
    /// <param name="header">
    /// Looks a header's values up by its name (<see cref="StandardWebhooksHeaders"/>), in any case: none, one, or several.
    /// With ASP.NET Core: <c>name =&gt; request.Headers[name]</c>.
    /// </param>
    /// <param name="body">The body as it was received, byte for byte.</param>
    /// <returns>
    /// <see cref="WebhookVerification.Valid"/>, or the reason why not: for the receiver's log, not for the sender.
    /// </returns>
    public WebhookVerification Verify(Func<string, IReadOnlyList<string?>> header, ReadOnlySpan<byte> body)
    {
        if (Single(header(StandardWebhooksHeaders.Id)) is not { } id)
        {
            return WebhookVerification.InvalidId;
        }

        if (Single(header(StandardWebhooksHeaders.Timestamp)) is not { } timestampText
            || !long.TryParse(timestampText, NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp))
        {
            return WebhookVerification.InvalidTimestamp;
        }

        var now = _timeProvider.GetUtcNow().ToUnixTimeSeconds();
        var tolerance = (long)_tolerance.TotalSeconds;
        if (timestamp < now - tolerance)
        {
            return WebhookVerification.TimestampTooOld;
        }

        if (timestamp > now + tolerance)
        {
            return WebhookVerification.TimestampTooNew;
        }

        return Single(header(StandardWebhooksHeaders.Signature)) is { } signatures
            ? VerifySignatures(id, timestamp, body, signatures)
            : WebhookVerification.NoSignature;
    }

    private WebhookVerification VerifySignatures(string id, long timestamp, ReadOnlySpan<byte> body, ReadOnlySpan<char> signatures)
    {
        Span<char> expected = new char[_secrets.Length * StandardWebhooksSignature.Length];
        for (var i = 0; i < _secrets.Length; i++)
        {
            StandardWebhooksSignature.Write(_secrets[i], id, timestamp, body, SignatureAt(expected, i));
        }

        var found = WebhookVerification.NoSignature;
        foreach (var range in signatures.Split(' '))
        {
            var signature = signatures[range];
            if (!signature.StartsWith(StandardWebhooksSignature.Version, StringComparison.Ordinal))
            {
                continue;
            }

            found = WebhookVerification.SignatureMismatch;
            for (var i = 0; i < _secrets.Length; i++)
            {
                // As text: base64 has several texts for the same bytes, and only one of them was sent.
                if (CryptographicOperations.FixedTimeEquals(
                    MemoryMarshal.AsBytes(signature), MemoryMarshal.AsBytes(SignatureAt(expected, i))))
                {
                    return WebhookVerification.Valid;
                }
            }
        }

        return found;
    }

    private static Span<char> SignatureAt(Span<char> signatures, int index) =>
        signatures.Slice(index * StandardWebhooksSignature.Length, StandardWebhooksSignature.Length);

    private static string? Single(IReadOnlyList<string?> values) =>
        values is [{ Length: > 0 } value] ? value : null;
}
