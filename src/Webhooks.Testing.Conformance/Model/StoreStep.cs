using FsCheck;
using FsCheck.Fluent;

namespace Webhooks.Testing.Conformance.Model;

/// <summary>One step of a random sequence.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Which">To which of what there is: taken modulo their number.</param>
/// <param name="Amount">How much of it: a limit, or seconds.</param>
internal sealed record StoreStep(StoreAction Action, int Which, int Amount)
{
    private const int MaxSteps = 40;

    /// <summary>Sequences that are made shorter, when one fails, by leaving parts of them out.</summary>
    public static Arbitrary<StoreStep[]> Sequences { get; } =
        Arb.From(Gen.Choose(1, MaxSteps).SelectMany(length => Gen.ArrayOf(Steps(), length)), Shorter);

    public override string ToString() => $"{Action} {Which} {Amount}";

    private static Gen<StoreStep> Steps() =>
        from action in Gen.Frequency(
            (6, Gen.Constant(StoreAction.Append)),
            (2, Gen.Constant(StoreAction.AppendDelayed)),
            (2, Gen.Constant(StoreAction.AppendExpiring)),
            (3, Gen.Constant(StoreAction.AppendOnce)),
            (1, Gen.Constant(StoreAction.AppendAgain)),
            (6, Gen.Constant(StoreAction.Claim)),
            (5, Gen.Constant(StoreAction.ClaimHeld)),
            (3, Gen.Constant(StoreAction.Succeed)),
            (3, Gen.Constant(StoreAction.Retry)),
            (1, Gen.Constant(StoreAction.CompleteAsAnother)),
            (2, Gen.Constant(StoreAction.Release)),
            (4, Gen.Constant(StoreAction.Pause)),
            (1, Gen.Constant(StoreAction.Disable)),
            (2, Gen.Constant(StoreAction.Enable)),
            (1, Gen.Constant(StoreAction.Delete)),
            (1, Gen.Constant(StoreAction.Insert)),
            (4, Gen.Constant(StoreAction.Advance)),
            (1, Gen.Constant(StoreAction.Prune)))
        from which in Gen.Choose(0, 99)
        from amount in Gen.Choose(0, 99)
        select new StoreStep(action, which, amount);

    private static IEnumerable<StoreStep[]> Shorter(StoreStep[] steps)
    {
        for (var length = steps.Length / 2; length > 0; length /= 2)
        {
            for (var start = 0; start + length <= steps.Length; start += length)
            {
                yield return [.. steps[..start], .. steps[(start + length)..]];
            }
        }
    }
}
