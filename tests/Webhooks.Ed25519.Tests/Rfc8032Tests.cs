namespace Webhooks.Ed25519.Tests;

/// <summary>RFC 8032, section 7.1.</summary>
public sealed class Rfc8032Tests
{
    public static TheoryData<KnownAnswer> Answers() => new(KnownAnswers.Read<KnownAnswer>("rfc8032.json"));

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_seed_has_the_known_public_key(KnownAnswer known) =>
        Convert.ToHexStringLower(Ed25519PublicKey.FromSecret(Keys.Secret(known.Seed)).Bytes).Should().Be(known.PublicKey);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Signing_gives_the_known_signature(KnownAnswer known) =>
        Convert.ToHexStringLower(Keys.PrivateKey(known.Seed).Sign(known.Bytes)).Should().Be(known.Signature);

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_form_of_64_bytes_signs_like_the_seed_alone(KnownAnswer known) =>
        Convert.ToHexStringLower(Keys.PrivateKey(known.Seed + known.PublicKey).Sign(known.Bytes)).Should().Be(known.Signature);

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_known_signature_is_accepted_wherever_prefix_and_body_meet(KnownAnswer known)
    {
        var key = Keys.PublicKey(known.PublicKey);
        foreach (var split in new[] { 0, known.Bytes.Length / 2, known.Bytes.Length })
        {
            key.Verify(known.Bytes.AsSpan(0, split), known.Bytes.AsSpan(split), Convert.FromHexString(known.Signature)).Should().BeTrue();
        }
    }

    public sealed record KnownAnswer(string Name, string Seed, string PublicKey, string Message, string Signature)
    {
        internal byte[] Bytes { get; } = Convert.FromHexString(Message);

        public override string ToString() => Name;
    }
}
