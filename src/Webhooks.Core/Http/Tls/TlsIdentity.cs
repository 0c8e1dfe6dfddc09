namespace Webhooks.Http.Tls;

/// <summary>Who an endpoint's connections present themselves as, and whom they trust, where it is not the usual. Connections are shared among equal ones.</summary>
/// <param name="ClientCertificate">PEM of a certificate, its intermediates and its private key; null for none.</param>
/// <param name="TrustedCertificates">PEM of the only authorities that are trusted; null for those of the system.</param>
internal sealed record TlsIdentity(string? ClientCertificate, string? TrustedCertificates)
{
    /// <summary>Where a request says which is its.</summary>
    public static readonly HttpRequestOptionsKey<TlsIdentity> Option = new("Webhooks.TlsIdentity");

    public override string ToString() => $"{nameof(TlsIdentity)} {{ *** }}";
}
