using FsCheck;
using FsCheck.Fluent;
using Webhooks.Catalog;

namespace Webhooks.Core.Tests.Catalog;

public sealed class EventTypePatternTests
{
    /// <summary>Few segments and few letters, so that patterns and names meet often.</summary>
    private static readonly Gen<string> Names =
        from count in Gen.Choose(1, 4)
        from segments in Gen.ArrayOf(Gen.Elements("a", "b", "ab", "a-b", "A"), count)
        select string.Join('.', segments);

    private static readonly Gen<string> Patterns =
        Gen.OneOf(Gen.Constant("*"), Names, Names.Select(name => name + ".*"));

    [Theory]
    [InlineData("*")]
    [InlineData("task.*")]
    [InlineData("task.run.*")]
    [InlineData("task.completed")]
    public void A_name_a_prefix_or_a_star_is_a_pattern(string pattern) => EventTypePattern.IsValid(pattern).Should().BeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("**")]
    [InlineData(".*")]
    [InlineData("*.*")]
    [InlineData("task*")]
    [InlineData("task.")]
    [InlineData("task..*")]
    [InlineData("*.completed")]
    [InlineData("task.*.completed")]
    [InlineData("task.* ")]
    public void A_star_elsewhere_or_a_broken_name_is_no_pattern(string pattern) =>
        EventTypePattern.IsValid(pattern).Should().BeFalse();

    [Theory]
    [InlineData("*", "task")]
    [InlineData("*", "task.completed")]
    [InlineData("task.*", "task.completed")]
    [InlineData("task.*", "task.run.completed")]
    [InlineData("task.completed", "task.completed")]
    public void A_pattern_matches_what_it_names(string pattern, string eventType) =>
        EventTypePattern.Matches(pattern, eventType).Should().BeTrue();

    [Theory]
    [InlineData("task.*", "task")]
    [InlineData("task.*", "tasks.completed")]
    [InlineData("task.*", "Task.completed")]
    [InlineData("task", "task.completed")]
    [InlineData("task.completed", "task.completed.late")]
    [InlineData("task.completed", "Task.Completed")]
    public void A_pattern_matches_nothing_else(string pattern, string eventType) =>
        EventTypePattern.Matches(pattern, eventType).Should().BeFalse();

    [Fact]
    public void All_patterns_of_a_name_are_its_prefixes_itself_and_the_star() =>
        EventTypePattern.AllThatMatch("a.b.c").Should().Equal("*", "a.*", "a.b.*", "a.b.c");

    [Fact]
    public void Looking_a_subscription_up_by_key_finds_what_matching_finds() =>
        Prop.ForAll(Patterns.ToArbitrary(), Names.ToArbitrary(), (pattern, name) =>
            EventTypePattern.IsValid(pattern)
            && EventTypePattern.Matches(pattern, name) == EventTypePattern.AllThatMatch(name).Contains(pattern))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Every_pattern_that_is_said_to_match_is_valid_and_matches() =>
        Prop.ForAll(Names.ToArbitrary(), name =>
            EventTypePattern.AllThatMatch(name).All(
                pattern => EventTypePattern.IsValid(pattern) && EventTypePattern.Matches(pattern, name)))
            .QuickCheckThrowOnFailure();
}
