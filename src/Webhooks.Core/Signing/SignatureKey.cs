namespace Webhooks.Signing;

/// <summary>A key with its algorithm, ready to sign, to verify, or both.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public abstract class SignatureKey
{
    /// <summary>The most bytes that a signature can have.</summary>
    public const int MaxSignatureBytes = 64;

    /// <summary>How many bytes a signature has, 1 to <see cref="MaxSignatureBytes"/>.</summary>
    public abstract int SignatureBytes { get; }

    /// <summary>Signs.</summary>
    /// <param name="prefix">The first of the signed bytes.</param>
    /// <param name="body">The bytes that follow them.</param>
    /// <param name="signature">Where the signature goes: <see cref="SignatureBytes"/> bytes.</param>
    /// <exception cref="NotSupportedException">It is a key to verify with only.</exception>
    public abstract void Sign(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, Span<byte> signature);

    /// <summary>Verifies, in a time that does not depend on the signature given.</summary>
    /// <param name="prefix">The first of the signed bytes.</param>
    /// <param name="body">The bytes that follow them.</param>
    /// <param name="signature">A signature: <see cref="SignatureBytes"/> bytes.</param>
    public abstract bool Verify(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature);
}
