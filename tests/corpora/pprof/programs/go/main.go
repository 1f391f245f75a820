// The program that served the captures orders.*: a small shop that takes orders, so that every kind of profile has something to say.
// It needs Debian's golang-1.19-go and golang-github-felixge-fgprof-dev; ../../README.md has the commands.
package main

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"runtime/pprof"
	"sort"
	"sync"
	"time"

	"github.com/felixge/fgprof"
)

type order struct {
	Customer string
	Lines    []line
}

type line struct {
	Article string
	Count   int
}

// shop keeps orders under a lock that all workers want.
type shop struct {
	mu     sync.Mutex
	orders map[string][]byte
}

func (s *shop) put(key string, packed []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orders[key] = packed
	if len(s.orders) > 2000 {
		s.forget()
	}
	spin(200 * time.Microsecond)
}

func (s *shop) forget() {
	keys := make([]string, 0, len(s.orders))
	for key := range s.orders {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys[:1000] {
		delete(s.orders, key)
	}
}

func spin(d time.Duration) {
	for start := time.Now(); time.Since(start) < d; {
		sha256.Sum256([]byte(start.String()))
	}
}

func take(tenant string, number int) order {
	o := order{Customer: fmt.Sprintf("%s-%d", tenant, number)}
	for i := 0; i < 1+number%40; i++ {
		o.Lines = append(o.Lines, line{Article: fmt.Sprintf("article-%d", i), Count: i})
	}
	return o
}

func pack(o order) []byte {
	plain, err := json.Marshal(o)
	if err != nil {
		log.Fatal(err)
	}
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestCompression)
	w.Write(plain)
	w.Close()
	return packed.Bytes()
}

func work(tenant string, s *shop, done chan<- string) {
	labels := pprof.Labels("tenant", tenant, "stage", "intake")
	pprof.Do(context.Background(), labels, func(ctx context.Context) {
		for number := 0; ; number++ {
			o := take(tenant, number)
			var packed []byte
			pprof.Do(ctx, pprof.Labels("stage", "pack"), func(context.Context) { packed = pack(o) })
			s.put(o.Customer, packed)
			done <- o.Customer
			time.Sleep(5 * time.Millisecond)
		}
	})
}

func main() {
	runtime.SetMutexProfileFraction(1)
	runtime.SetBlockProfileRate(1)
	s := &shop{orders: map[string][]byte{}}
	done := make(chan string)
	for _, tenant := range []string{"north", "south", "west"} {
		for i := 0; i < 2; i++ {
			go work(tenant, s, done)
		}
	}
	go func() {
		for range done {
			spin(100 * time.Microsecond)
		}
	}()
	http.Handle("/debug/fgprof", fgprof.Handler())
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}
