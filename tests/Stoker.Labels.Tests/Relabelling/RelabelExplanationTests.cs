using Stoker.Labels.Relabelling;
using static Stoker.Labels.Relabelling.RelabelAction;
using static Stoker.Labels.Tests.Relabelling.RuleCase;

namespace Stoker.Labels.Tests.Relabelling;

public sealed class RelabelExplanationTests
{
    [Fact]
    public void Explain_OfAKeptTarget_SaysWhatEachRuleDid()
    {
        RelabelExplanation explanation = Compile(
            Rule(Keep, "a", "1|2"), Rule(Drop, "b", "x"), Replace("a", "b"), Replace("a", "c", "y", "9"), Replace("a", "d", ""),
            Into(HashMod, "a", "h", 1), Into(Uppercase, "t", "t"), Into(KeepEqual, "a", "b"), Into(DropEqual, "a,b", "c"),
            Names(LabelMap, "m_(.+)"), Names(LabelDrop, "m_.+"), Names(LabelKeep, "[abt].*"), Replace("a", "b")).Explain(Set("a=1 b=2 t=x m_app=z"));

        Assert.Equal("kept", explanation.Verdict);
        Assert.Equal(Set("a=1 app=z b=1 t=X"), explanation.Output);
        Assert.Equal(
            [
                "a = \"1\" matches \"1|2\", so the target is kept",
                "b = \"2\" does not match \"x\", so the target is kept",
                "a = \"1\" matches \"(.*)\": b changes from \"2\" to \"1\"",
                "a = \"1\" does not match \"9\", so nothing is replaced",
                "a = \"1\" matches \"(.*)\", but the result is what was there already, or no label name",
                "the hash of a = \"1\" modulo 1: h becomes \"0\"",
                "t = \"x\" in upper case: t changes from \"x\" to \"X\"",
                "a = \"1\" is \"1\", the value of b, so the target is kept",
                "a + b = \"1;1\" is not \"\", the value of c, so the target is kept",
                "copied by name: app becomes \"z\"",
                "names that match \"m_.+\": m_app is removed",
                "names that do not match \"[abt].*\": h is removed",
                "a = \"1\" matches \"(.*)\", but the result is what was there already, or no label name",
            ],
            explanation.Steps.Select(step => step.Reason));
        Assert.Equal([new LabelChange("b", "2", "1")], explanation.Steps[2].Changes);
        Assert.Equal([true, false, true, false, true, null, null, null, null, true, true, true, true], explanation.Steps.Select(step => step.Matched));
        Assert.Equal("1;1", explanation.Steps[8].SourceValue);
        Assert.Null(explanation.Steps[9].SourceValue);
    }

    [Theory]
    [InlineData("keep", "dropped by rule 2: a = \"1\" does not match \"2\"")]
    [InlineData("drop", "dropped by rule 2: a = \"1\" matches \"1\"")]
    [InlineData("keepequal", "dropped by rule 2: a = \"1\" is not \"2\", the value of b")]
    [InlineData("dropequal", "dropped by rule 2: a = \"1\" is \"1\", the value of c")]
    public void Explain_OfADroppedTarget_EndsWithTheReason(string action, string verdict)
    {
        RelabelSettings rule = action switch
        {
            "keep" => Rule(Keep, "a", "2"),
            "drop" => Rule(Drop, "a", "1"),
            "keepequal" => Into(KeepEqual, "a", "b"),
            _ => Into(DropEqual, "a", "c"),
        };
        RelabelExplanation explanation = Compile(Replace("a", "x"), rule, Replace("a", "y")).Explain(Set("a=1 b=2 c=1"));
        Assert.Null(explanation.Output);
        Assert.Equal(verdict, explanation.Verdict);
        Assert.Equal([false, true], explanation.Steps.Select(step => step.Dropped));
    }
}
