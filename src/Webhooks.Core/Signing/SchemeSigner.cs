using System.Globalization;
using System.Net.Http.Headers;

namespace Webhooks.Signing;

/// <summary>Signs as a <see cref="SigningScheme"/> says.</summary>
public sealed class SchemeSigner : IWebhookSigner
{
    private const int StackLimit = 512;

    private readonly ISignatureAlgorithm _algorithm;
    private readonly SignedContent _content;
    private volatile UnixTime _lastTimestamp = new(0);

    /// <summary>Makes one.</summary>
    /// <param name="name">By what it is chosen: 1 to 64 of <c>A-Z a-z 0-9 _ -</c>.</param>
    /// <param name="scheme">What it signs, and how it says so.</param>
    /// <param name="algorithm">
    /// What it signs with; null for HMAC with the <see cref="SigningScheme.Hash"/> and <see cref="SigningScheme.Key"/> of the scheme.
    /// </param>
    /// <exception cref="WebhookValidationException">The scheme breaks a rule; all that it breaks are named.</exception>
    public SchemeSigner(string name, SigningScheme scheme, ISignatureAlgorithm? algorithm = null)
    {
        SigningSchemeRules.Check(scheme);
        Name = name;
        Scheme = scheme with { };
        _algorithm = algorithm ?? new HmacAlgorithm(scheme.Hash, scheme.Key);
        _content = new SignedContent(scheme.SignedContent);
        HeaderNames = [.. new[] { scheme.IdHeader, scheme.TimestampHeader, scheme.SignatureHeader }.OfType<string>()];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>What it signs, and how it says so.</summary>
    public SigningScheme Scheme { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> HeaderNames { get; }

    /// <inheritdoc/>
    public WebhookSecret GenerateSecret() => _algorithm.GenerateSecret();

    /// <inheritdoc/>
    public bool CanSignWith(WebhookSecret secret) => _algorithm.GetKey(secret) is not null;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A secret is of another kind, or there is none.</exception>
    public void Sign(SigningContext attempt, HttpHeaders headers)
    {
        var timestamp = attempt.Timestamp.ToUnixTimeSeconds();
        if (Scheme.IdHeader is { } idHeader)
        {
            SignatureHeaders.Set(headers, idHeader, attempt.MessageId);
        }

        if (Scheme.TimestampHeader is { } timestampHeader)
        {
            SignatureHeaders.Set(headers, timestampHeader, ToText(timestamp));
        }

        var signatures = Signatures(attempt, timestamp);
        if (Scheme.Separator is { } separator)
        {
            SignatureHeaders.Append(headers, Scheme.SignatureHeader, signatures, separator);
        }
        else
        {
            SignatureHeaders.Set(headers, Scheme.SignatureHeader, signatures);
        }
    }

    /// <summary>Most attempts have the second of the one before.</summary>
    private string ToText(long timestamp)
    {
        var last = _lastTimestamp;
        if (last.Seconds != timestamp)
        {
            _lastTimestamp = last = new UnixTime(timestamp);
        }

        return last.Text;
    }

    private string Signatures(SigningContext attempt, long timestamp)
    {
        var secrets = Scheme.Separator is null ? attempt.Secrets[..1] : attempt.Secrets;
        var prefixLength = _content.GetMaxLength(attempt.MessageId);
        Span<byte> prefix = prefixLength <= StackLimit ? stackalloc byte[StackLimit] : new byte[prefixLength];
        prefix = prefix[.._content.Write(attempt.MessageId, timestamp, prefix)];

        var maxLength = GetMaxLength(secrets.Length);
        Span<char> text = maxLength <= StackLimit ? stackalloc char[StackLimit] : new char[maxLength];
        var length = WriteTimestamp(timestamp, text);
        for (var i = 0; i < secrets.Length; i++)
        {
            if (length > 0)
            {
                text[length++] = Scheme.Separator!.Value;
            }

            var key = _algorithm.GetKey(secrets[i]) ?? throw new ArgumentException(
                $"A secret is of another kind than scheme '{Name}' signs with.", nameof(attempt));
            length += WriteSignature(key, prefix, attempt.Payload, text[length..]);
        }

        return new string(text[..length]);
    }

    private int GetMaxLength(int signatures)
    {
        var ofOne = Scheme.SignaturePrefix.Length + SignatureText.GetMaxLength(Scheme.Encoding) + 1;
        return (Scheme.TimestampPrefix?.Length ?? 0) + SignedContent.MaxTimestampLength + (signatures * ofOne);
    }

    private int WriteTimestamp(long timestamp, Span<char> text)
    {
        if (Scheme.TimestampPrefix is not { } prefix)
        {
            return 0;
        }

        prefix.CopyTo(text);
        timestamp.TryFormat(text[prefix.Length..], out var written, default, CultureInfo.InvariantCulture);
        return prefix.Length + written;
    }

    private int WriteSignature(SignatureKey key, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> payload, Span<char> text)
    {
        Span<byte> signature = stackalloc byte[SignatureKey.MaxSignatureBytes];
        signature = signature[..key.SignatureBytes];
        key.Sign(prefix, payload, signature);
        Scheme.SignaturePrefix.CopyTo(text);
        return Scheme.SignaturePrefix.Length + SignatureText.Encode(Scheme.Encoding, signature, text[Scheme.SignaturePrefix.Length..]);
    }

    private sealed class UnixTime(long seconds)
    {
        public long Seconds => seconds;

        public string Text { get; } = seconds.ToString(CultureInfo.InvariantCulture);
    }
}
