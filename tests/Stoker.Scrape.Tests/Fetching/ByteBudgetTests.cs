namespace Stoker.Scrape.Tests.Fetching;

public sealed class ByteBudgetTests
{
    [Fact]
    public void Take_WithinTheLimit_IsGrantedAtOnceAndGivenBack()
    {
        var budget = new ByteBudget(100);
        using (ByteLease lease = budget.Lease())
        {
            Assert.True(lease.TakeAsync(60, CancellationToken.None).AsTask().IsCompletedSuccessfully);
            Assert.True(lease.TakeAsync(40, CancellationToken.None).AsTask().IsCompletedSuccessfully);
            Assert.Equal(100, budget.UsedBytes);
        }

        Assert.Equal(0, budget.UsedBytes);
    }

    [Fact]
    public async Task Take_OverTheLimit_WaitsInTurn()
    {
        var budget = new ByteBudget(100);
        ByteLease first = budget.Lease();
        await first.TakeAsync(80, CancellationToken.None);
        using ByteLease second = budget.Lease();
        using ByteLease third = budget.Lease();

        Task secondTakes = second.TakeAsync(50, CancellationToken.None).AsTask();
        Task thirdTakes = third.TakeAsync(10, CancellationToken.None).AsTask();
        Assert.False(secondTakes.IsCompleted);
        Assert.False(thirdTakes.IsCompleted);
        first.Dispose();
        await Task.WhenAll(secondTakes, thirdTakes).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(60, budget.UsedBytes);
    }

    [Fact]
    public async Task Take_AllWaitForMore_LetsOneGoOverSoThatNoneHangs()
    {
        var budget = new ByteBudget(100);
        ByteLease first = budget.Lease();
        using ByteLease second = budget.Lease();
        await first.TakeAsync(50, CancellationToken.None);
        await second.TakeAsync(50, CancellationToken.None);

        Assert.True(first.TakeAsync(50, CancellationToken.None).AsTask().IsCompletedSuccessfully);
        Task secondTakes = second.TakeAsync(50, CancellationToken.None).AsTask();
        Assert.False(secondTakes.IsCompleted);
        Assert.Equal(150, budget.UsedBytes);
        first.Dispose();
        await secondTakes.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(100, budget.UsedBytes);
    }

    [Fact]
    public async Task Take_MoreThanTheWholeLimit_IsGrantedToTheOnlyOne()
    {
        var budget = new ByteBudget(100);
        using ByteLease lease = budget.Lease();

        await lease.TakeAsync(1000, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(1000, budget.UsedBytes);
    }

    [Fact]
    public async Task Take_Cancelled_LeavesItsTurnToTheNext()
    {
        var budget = new ByteBudget(100);
        ByteLease first = budget.Lease();
        await first.TakeAsync(100, CancellationToken.None);
        using ByteLease second = budget.Lease();
        using ByteLease third = budget.Lease();
        using var cancel = new CancellationTokenSource();
        Task secondTakes = second.TakeAsync(50, cancel.Token).AsTask();
        Task thirdTakes = third.TakeAsync(50, CancellationToken.None).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => secondTakes);
        first.Dispose();
        await thirdTakes.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(50, budget.UsedBytes);
    }
}
