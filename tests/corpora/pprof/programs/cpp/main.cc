// The program behind the captures cpp-gperftools.*: allocations and hashing that differ from round to round, with functions that are inlined.
// It needs Debian's libgoogle-perftools-dev; ../../README.md has the commands.
#include <gperftools/heap-profiler.h>
#include <gperftools/profiler.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace shop {

struct Order {
  std::string customer;
  std::vector<std::pair<std::string, int>> lines;
};

inline __attribute__((always_inline)) std::uint64_t Mix(std::uint64_t hash, unsigned char byte) {
  return (hash ^ byte) * 0x100000001b3;
}

inline __attribute__((always_inline)) std::uint64_t Hash(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char byte : text) hash = Mix(hash, byte);
  return hash;
}

__attribute__((noinline)) std::unique_ptr<Order> Take(const std::string& tenant, int number) {
  auto order = std::make_unique<Order>();
  order->customer = "a customer with a long name of the tenant " + tenant + " " + std::to_string(number);
  for (int i = 0; i < 1 + number % 40; i++) order->lines.emplace_back("an article that is longer than short strings " + std::to_string(i), i);
  return order;
}

class Shop {
 public:
  __attribute__((noinline)) void Put(std::unique_ptr<Order> order) {
    std::uint64_t key = 0;
    for (int i = 0; i < 50; i++) {
      for (const auto& [article, count] : order->lines) key += Hash(article) * count;
    }
    orders_[key % 3000] = std::move(order);
  }

 private:
  std::map<std::uint64_t, std::unique_ptr<Order>> orders_;
};

}  // namespace shop

int main() {
  shop::Shop shop;
  HeapProfilerStart("cpp");
  ProfilerStart("cpp.prof");
  for (int round = 0; round < 2; round++) {
    for (const char* tenant : {"north", "south", "west"}) {
      for (int number = 0; number < 4000 + 4000 * round; number++) shop.Put(shop::Take(tenant, number));
    }
    if (round == 1) {
      static std::vector<std::unique_ptr<shop::Order>> archive;
      for (int number = 0; number < 100; number++) archive.push_back(shop::Take("archive", number));
    }
    HeapProfilerDump("round");
  }
  ProfilerStop();
  HeapProfilerStop();
}
