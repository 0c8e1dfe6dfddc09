using System.Globalization;

namespace Webhooks.Signing;

/// <summary>
/// Verifies received webhooks by a <see cref="SigningScheme"/>, on the body's raw bytes. For receivers in .NET. Safe for
/// concurrent use.
/// </summary>
public sealed class WebhookVerifier : IWebhookVerifier
{
    /// <summary>How far a timestamp may be from now in either direction, when nothing else is said: 5 minutes.</summary>
    public static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    /// <summary>More signatures than these in one header are not looked at: each costs a hash of the body.</summary>
    private const int MaxSignatures = 16;

    private const int StackLimit = 512;

    private static readonly long MaxTime = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private readonly SigningScheme _scheme;
    private readonly SignedContent _content;
    private readonly SignatureKey[] _keys;
    private readonly TimeSpan _tolerance;
    private readonly TimeProvider _timeProvider;

    /// <summary>Makes a verifier of Standard Webhooks.</summary>
    /// <param name="secret">The secret that the endpoint was created with.</param>
    /// <param name="tolerance">How far a timestamp may be from now; null for <see cref="DefaultTolerance"/>.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">The secret is not a symmetric one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative.</exception>
    public WebhookVerifier(WebhookSecret secret, TimeSpan? tolerance = null, TimeProvider? timeProvider = null)
        : this([secret], tolerance, timeProvider)
    {
    }

    /// <summary>Makes a verifier of Standard Webhooks that accepts any of several secrets, for the time of a rotation.</summary>
    /// <param name="secrets">The secrets; at least one.</param>
    /// <param name="tolerance">How far a timestamp may be from now; null for <see cref="DefaultTolerance"/>.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">There is no secret, or one is not symmetric.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative.</exception>
    public WebhookVerifier(
        IReadOnlyList<WebhookSecret> secrets, TimeSpan? tolerance = null, TimeProvider? timeProvider = null)
        : this(SigningScheme.StandardWebhooks, secrets, tolerance, timeProvider)
    {
    }

    /// <summary>Makes a verifier of a scheme with HMAC.</summary>
    /// <param name="scheme">How requests are signed.</param>
    /// <param name="secrets">The secrets; at least one, several for the time of a rotation.</param>
    /// <param name="tolerance">How far a timestamp may be from now, where the scheme has one; null for <see cref="DefaultTolerance"/>.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">There is no secret, or the scheme cannot sign with one of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative.</exception>
    /// <exception cref="WebhookValidationException">The scheme breaks a rule.</exception>
    public WebhookVerifier(
        SigningScheme scheme, IReadOnlyList<WebhookSecret> secrets, TimeSpan? tolerance = null, TimeProvider? timeProvider = null)
        : this(scheme, Keys(scheme, secrets), tolerance, timeProvider, nameof(secrets))
    {
    }

    /// <summary>Makes a verifier of a scheme with keys of any algorithm.</summary>
    /// <param name="scheme">How requests are signed.</param>
    /// <param name="keys">The keys; at least one, several for the time of a rotation.</param>
    /// <param name="tolerance">How far a timestamp may be from now, where the scheme has one; null for <see cref="DefaultTolerance"/>.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">There is no key.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative.</exception>
    /// <exception cref="WebhookValidationException">The scheme breaks a rule.</exception>
    public WebhookVerifier(
        SigningScheme scheme, IReadOnlyList<SignatureKey> keys, TimeSpan? tolerance = null, TimeProvider? timeProvider = null)
        : this(scheme, [.. keys], tolerance, timeProvider, nameof(keys))
    {
    }

    private WebhookVerifier(
        SigningScheme scheme, SignatureKey[] keys, TimeSpan? tolerance, TimeProvider? timeProvider, string parameter)
    {
        if (keys.Length == 0)
        {
            throw new ArgumentException("At least one is needed.", parameter);
        }

        if (tolerance is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(given, TimeSpan.Zero, nameof(tolerance));
        }

        SigningSchemeRules.Check(scheme);
        _scheme = scheme with { };
        _content = new SignedContent(scheme.SignedContent);
        _keys = keys;
        _tolerance = tolerance ?? DefaultTolerance;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public WebhookVerification Verify(Func<string, IReadOnlyList<string?>> header, ReadOnlySpan<byte> body)
    {
        if (!TryRead(header, _scheme.IdHeader, out var id, out var refusal)
            || !TryRead(header, _scheme.TimestampHeader, out var timestampText, out refusal)
            || !TryRead(header, _scheme.SignatureHeader, out var signatures, out refusal))
        {
            return refusal;
        }

        var timestampHeader = _scheme.TimestampHeader;
        if (_scheme.TimestampPrefix is { } prefix)
        {
            timestampHeader = _scheme.SignatureHeader;
            if (!TryFindTimestamp(signatures, prefix, out timestampText))
            {
                return new(WebhookVerificationFailure.TimestampInvalid, timestampHeader);
            }
        }

        DateTimeOffset? sentAt = null;
        long timestamp = 0;
        if (timestampText is not null)
        {
            if (!TryReadTime(timestampText, out timestamp))
            {
                return new(WebhookVerificationFailure.TimestampInvalid, timestampHeader);
            }

            if (CheckTime(timestamp) is var failure and not WebhookVerificationFailure.None)
            {
                return new(failure, timestampHeader);
            }

            sentAt = DateTimeOffset.FromUnixTimeSeconds(timestamp);
        }

        return VerifySignatures(id, timestamp, body, signatures) is var found and not WebhookVerificationFailure.None
            ? new(found, _scheme.SignatureHeader)
            : new(WebhookVerificationFailure.None, Header: null, id, sentAt);
    }

    private static SignatureKey[] Keys(SigningScheme scheme, IReadOnlyList<WebhookSecret> secrets)
    {
        SigningSchemeRules.Check(scheme);
        return
        [
            .. secrets.Select(secret => secret.GetHmacKey(scheme.Hash, scheme.Key) ?? throw new ArgumentException(
                $"A {secret.Kind} secret has no key of the form {scheme.Key}, which the scheme needs.", nameof(secrets))),
        ];
    }

    /// <summary>
    /// Reads Unix seconds from the one text that is written for them: the time is signed as this text, so that another one, such as
    /// with zeros before it, is not what was signed.
    /// </summary>
    private static bool TryReadTime(string text, out long timestamp)
    {
        timestamp = 0;
        return !text.AsSpan().ContainsAnyExceptInRange('0', '9')
            && text is not ['0', _, ..]
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out timestamp)
            && timestamp <= MaxTime;
    }

    /// <summary>Reads a header that the scheme has exactly once.</summary>
    private static bool TryRead(
        Func<string, IReadOnlyList<string?>> header, string? name, out string? value, out WebhookVerification refusal)
    {
        value = null;
        refusal = default;
        if (name is null)
        {
            return true;
        }

        var values = header(name);
        if (values.Count > 1)
        {
            refusal = new(WebhookVerificationFailure.HeaderRepeated, name);
            return false;
        }

        value = values.Count == 1 ? values[0] : null;
        if (string.IsNullOrEmpty(value))
        {
            refusal = new(WebhookVerificationFailure.HeaderMissing, name);
            return false;
        }

        return true;
    }

    private bool TryFindTimestamp(ReadOnlySpan<char> header, string prefix, out string? timestamp)
    {
        timestamp = null;
        foreach (var range in header.Split(_scheme.Separator!.Value))
        {
            var element = header[range].Trim(' ');
            if (!element.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            if (timestamp is not null)
            {
                return false;
            }

            timestamp = new string(element[prefix.Length..]);
        }

        return timestamp is not null;
    }

    private WebhookVerificationFailure CheckTime(long timestamp)
    {
        var now = _timeProvider.GetUtcNow().ToUnixTimeSeconds();
        var tolerance = (long)_tolerance.TotalSeconds;
        if (timestamp < now - tolerance)
        {
            return WebhookVerificationFailure.TimestampTooOld;
        }

        return timestamp > now + tolerance ? WebhookVerificationFailure.TimestampTooNew : WebhookVerificationFailure.None;
    }

    private WebhookVerificationFailure VerifySignatures(
        ReadOnlySpan<char> id, long timestamp, ReadOnlySpan<byte> body, ReadOnlySpan<char> signatures)
    {
        var length = _content.GetMaxLength(id);
        Span<byte> prefix = length <= StackLimit ? stackalloc byte[StackLimit] : new byte[length];
        prefix = prefix[.._content.Write(id, timestamp, prefix)];
        if (_scheme.Separator is not { } separator)
        {
            return signatures.StartsWith(_scheme.SignaturePrefix, StringComparison.Ordinal)
                ? Check(signatures[_scheme.SignaturePrefix.Length..], prefix, body)
                : WebhookVerificationFailure.SignatureMissing;
        }

        var found = WebhookVerificationFailure.SignatureMissing;
        var looked = 0;
        foreach (var range in signatures.Split(separator))
        {
            // A time in the header never begins with the signatures' prefix: the rules of schemes see to it.
            var element = signatures[range].Trim(' ');
            if (element.IsEmpty || !element.StartsWith(_scheme.SignaturePrefix, StringComparison.Ordinal))
            {
                continue;
            }

            found = Check(element[_scheme.SignaturePrefix.Length..], prefix, body);
            if (found == WebhookVerificationFailure.None || ++looked == MaxSignatures)
            {
                break;
            }
        }

        return found;
    }

    private WebhookVerificationFailure Check(ReadOnlySpan<char> text, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body)
    {
        Span<byte> signature = stackalloc byte[SignatureKey.MaxSignatureBytes];
        if (SignatureText.TryDecode(_scheme.Encoding, text, signature, out var length))
        {
            foreach (var key in _keys)
            {
                if (key.SignatureBytes == length && key.Verify(prefix, body, signature[..length]))
                {
                    return WebhookVerificationFailure.None;
                }
            }
        }

        return WebhookVerificationFailure.SignatureMismatch;
    }
}
