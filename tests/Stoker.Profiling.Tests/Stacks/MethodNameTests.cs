using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Stoker.Profiling.Stacks;

namespace Stoker.Profiling.Tests.Stacks;

public sealed class MethodNameTests
{
    private const string Here = "Stoker.Profiling.Tests.Stacks.MethodNameTests";

    [Theory]
    [InlineData("Run", "Run")]
    [InlineData("List`1", "List")]
    [InlineData(".ctor", ".ctor")]
    [InlineData("<Main>$", "Main")]
    [InlineData("<Run>d__12", "Run")]
    [InlineData("<Run>d__12`2", "Run")]
    [InlineData("<Run>b__3_0", "Run.lambda1")]
    [InlineData("<Run>b__1", "Run.lambda2")]
    [InlineData("<<Run>b__0>d", "Run.lambda1")]
    [InlineData("<PollGC>g__PollGCWorker|67_0", "PollGC.PollGCWorker")]
    [InlineData("<<Run>g__Local|0_1>d", "Run.Local")]
    [InlineData("<>c", "")]
    [InlineData("<>c__DisplayClass5_0", "")]
    [InlineData("<>f__AnonymousType0`2", "AnonymousType0`2")]
    [InlineData("<File>F0123__Hidden", "Hidden")]
    [InlineData("<unclosed", "<unclosed")]
    [InlineData("<>", "")]
    public void Clean_OfWhatTheCompilerWrites_IsWhatTheAuthorWrote(string name, string expected) =>
        Assert.Equal(expected, MethodName.Clean(name));

    [Fact]
    public void Of_ALambdaInAMethod_IsTheMethodsName() =>
        Assert.Equal($"{Here}.Of_ALambdaInAMethod_IsTheMethodsName.lambda1", new Func<string>(() => MethodName.Of(Caller())).Invoke());

    [Fact]
    public async Task Of_AnAsyncMethod_IsTheMethodsName()
    {
        await Task.Yield();
        Assert.Equal($"{Here}.Of_AnAsyncMethod_IsTheMethodsName", MethodName.Of(Caller()));
    }

    [Fact]
    public void Of_ANestedGenericType_HasNoArity() =>
        Assert.Equal($"{Here}.Outer.Inner.Run", MethodName.Of(typeof(Outer<>.Inner<>).GetMethod("Run")!));

    [Fact]
    public void Of_ADynamicMethod_SaysSo() =>
        Assert.Equal("[dynamic] made", MethodName.Of(new DynamicMethod("made", typeof(void), [])));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MethodBase Caller() => new StackTrace(1).GetFrame(0)!.GetMethod()!;

    private static class Outer<T>
    {
        internal static class Inner<TOther>
        {
            public static void Run() => _ = typeof(T) == typeof(TOther);
        }
    }
}
