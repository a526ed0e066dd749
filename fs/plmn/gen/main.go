// Command gen makes operators.tsv of package plmn from the service provider
// list of Debian's package mobile-broadband-provider-info, which is in the
// public domain. Run it as `go generate ./fs/plmn`.
package main

import (
	"bufio"
	"encoding/xml"
	"flag"
	"fmt"
	"log"
	"os"
	"sort"
	"strings"
)

type document struct {
	Countries []struct {
		Providers []provider `xml:"provider"`
	} `xml:"country"`
}

type provider struct {
	Name    string `xml:"name"`
	Primary string `xml:"primary,attr"`
	IDs     []struct {
		MCC string `xml:"mcc,attr"`
		MNC string `xml:"mnc,attr"`
	} `xml:"gsm>network-id"`
}

// better reports whether p rather than q runs a network that both name:
// resellers share the code of their host, which is marked as primary or else
// has the most codes of its own.
func better(p, q *provider) bool {
	if (p.Primary == "true") != (q.Primary == "true") {
		return p.Primary == "true"
	}
	return len(p.IDs) > len(q.IDs)
}

func read(name string) (map[string]*provider, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var doc document
	if err := xml.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	best := map[string]*provider{}
	for _, c := range doc.Countries {
		for i := range c.Providers {
			p := &c.Providers[i]
			for _, id := range p.IDs {
				key := id.MCC + "\t" + id.MNC
				if q := best[key]; q == nil || better(p, q) {
					best[key] = p
				}
			}
		}
	}
	return best, nil
}

func write(name string, best map[string]*provider) error {
	keys := make([]string, 0, len(best))
	for k := range best {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "# Operator names by network code. Made by `go generate ./fs/plmn` from Debian's")
	fmt.Fprintln(w, "# package mobile-broadband-provider-info (public domain); do not edit by hand.")
	fmt.Fprintln(w, "# Columns: MCC, MNC, name.")
	for _, k := range keys {
		fmt.Fprintf(w, "%s\t%s\n", k, strings.Join(strings.Fields(best[k].Name), " "))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func main() {
	in := flag.String("in", "/usr/share/mobile-broadband-provider-info/serviceproviders.xml", "list of service providers")
	out := flag.String("out", "operators.tsv", "table to write")
	flag.Parse()
	best, err := read(*in)
	if err != nil {
		log.Fatal(err)
	}
	if err := write(*out, best); err != nil {
		log.Fatal(err)
	}
}
