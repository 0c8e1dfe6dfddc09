using FsCheck;
using FsCheck.Fluent;

namespace Webhooks.Testing.Conformance.Model;

/// <summary>One step of a random sequence around an ordered endpoint.</summary>
/// <param name="Action">What happens.</param>
/// <param name="Who">Which of the dispatchers does it, or which of the deliveries it concerns.</param>
/// <param name="Amount">How much of it: a limit, or seconds.</param>
internal sealed record LineStep(LineAction Action, int Who, int Amount)
{
    private const int MaxSteps = 80;

    public static Arbitrary<LineStep[]> Sequences { get; } =
        Arb.From(Gen.Choose(10, MaxSteps).SelectMany(length => Gen.ArrayOf(Steps(), length)), Shorter);

    public override string ToString() => $"{Action} {Who} {Amount}";

    private static Gen<LineStep> Steps() =>
        from action in Gen.Frequency(
            (6, Gen.Constant(LineAction.Publish)),
            (8, Gen.Constant(LineAction.Claim)),
            (8, Gen.Constant(LineAction.Start)),
            (6, Gen.Constant(LineAction.Succeed)),
            (4, Gen.Constant(LineAction.Fail)),
            (2, Gen.Constant(LineAction.Exhaust)),
            (2, Gen.Constant(LineAction.GiveBack)),
            (2, Gen.Constant(LineAction.Crash)),
            (1, Gen.Constant(LineAction.Stop)),
            (1, Gen.Constant(LineAction.Resend)),
            (1, Gen.Constant(LineAction.Break)),
            (1, Gen.Constant(LineAction.Cancel)),
            (1, Gen.Constant(LineAction.Disable)),
            (2, Gen.Constant(LineAction.Enable)),
            (4, Gen.Constant(LineAction.Advance)))
        from who in Gen.Choose(0, 99)
        from amount in Gen.Choose(0, 40)
        select new LineStep(action, who, amount);

    private static IEnumerable<LineStep[]> Shorter(LineStep[] steps)
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
