namespace Stoker.Labels.Tests;

public sealed class LabelSetTests
{
    [Fact]
    public void Of_SortsByNameAndKeepsTheLaterOfTwo()
    {
        LabelSet labels = LabelSet.Of(("b", "2"), ("a", "1"), ("B", "3"), ("a", "4"));

        Assert.Equal([new("B", "3"), new("a", "4"), new Label("b", "2")], labels);
    }

    [Fact]
    public void Of_EmptyValue_MeansAbsent()
    {
        LabelSet labels = LabelSet.Of(("a", "1"), ("b", ""), ("a", ""));

        Assert.Same(LabelSet.Empty, labels);
        Assert.False(labels.TryGetValue("a", out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void TryGetValue_EachOfManyNames_IsFound(int count)
    {
        LabelSet labels = LabelSet.Of(Enumerable.Range(0, count).Select(i => new KeyValuePair<string, string>($"name{i}", $"{i}")));

        Assert.Equal(count, labels.Count);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal($"{i}", labels[$"name{i}"]);
        }

        Assert.Equal("", labels["absent"]);
        Assert.Equal("", labels[""]);
    }

    [Fact]
    public void Equals_SameContentInAnyOrder_IsEqualWithEqualHashes()
    {
        LabelSet left = LabelSet.Of(("a", "1"), ("b", "2"));
        LabelSet right = LabelSet.Of(("b", "2"), ("a", "1"));

        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.Equal(left.GetStableHash(), right.GetStableHash());
        Assert.NotEqual(left, LabelSet.Of(("a", "1"), ("b", "3")));
    }

    [Fact]
    public void GetStableHash_IsXxh64OverNamesAndValuesWithSeparators()
    {
        // XXH64 with seed 0 of no bytes, a constant of its specification.
        Assert.Equal(0xEF46DB3751D8E999, LabelSet.Empty.GetStableHash());
        Assert.NotEqual(LabelSet.Of(("a", "bc")).GetStableHash(), LabelSet.Of(("ab", "c")).GetStableHash());
        Assert.NotEqual(LabelSet.Of(("a", "b"), ("c", "d")).GetStableHash(), LabelSet.Of(("a", "bcd")).GetStableHash());
    }

    [Fact]
    public void ToBuilder_ChangesACopy()
    {
        LabelSet before = LabelSet.Of(("a", "1"), ("b", "2"));

        LabelSet after = before.ToBuilder().Set("a", "9").Remove("b").SetIfEmpty("c", "3").SetIfEmpty("a", "8").ToLabelSet();

        Assert.Equal("{a=\"1\", b=\"2\"}", before.ToString());
        Assert.Equal("{a=\"9\", c=\"3\"}", after.ToString());
    }
}
