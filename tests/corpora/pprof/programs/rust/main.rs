// The program behind the captures rust-jemalloc.*: orders that come and go, on two threads.
// It uses the system's malloc, in whose place jemalloc is loaded; ../../README.md has the commands.
use std::collections::BTreeMap;
use std::thread;

struct Order {
    customer: String,
    lines: Vec<(String, usize)>,
}

#[inline(never)]
fn take(tenant: &str, number: usize) -> Order {
    let lines = (0..1 + number % 40).map(|i| (format!("an article of {tenant} number {i}"), i)).collect();
    Order { customer: format!("{tenant}-{number}"), lines }
}

#[inline(never)]
fn pack(order: &Order) -> Vec<u8> {
    let mut packed = Vec::new();
    for (article, count) in &order.lines {
        packed.extend_from_slice(article.as_bytes());
        packed.extend_from_slice(&count.to_le_bytes());
    }
    packed
}

#[inline(never)]
fn work(tenant: &str) -> usize {
    let mut orders = BTreeMap::new();
    for number in 0..40_000 {
        let order = take(tenant, number);
        let packed = pack(&order);
        orders.insert(number % 5000, (order, packed));
    }
    orders.values().map(|(order, packed)| order.customer.len() + packed.len()).sum()
}

fn main() {
    let workers = ["north", "south"].map(|tenant| thread::spawn(move || work(tenant)));
    for worker in workers {
        println!("{}", worker.join().unwrap());
    }
}
