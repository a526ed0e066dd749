package fs

import (
	"fmt"

	"simscope/card"
	"simscope/fs/ef"
	"simscope/texts"
)

// Picture is one picture of a file.
type Picture struct {
	ef.Image
	// Title says which it is; Why says why there are no points.
	Title, Why string
}

// maxPictures bounds the pictures of one file.
const maxPictures = 16

// Pictures draws what is read of EF.IMG, EF.IIDF or EF.ICON at p: of EF.IMG
// the images of one record, from 1 on, which lie in other files beside it. It
// is empty for other files.
func (c *Card) Pictures(p card.Path, record int) []Picture {
	e, ok := c.Entry(p)
	if !ok {
		return nil
	}
	switch e.Name {
	case "EF.IMG":
		return c.listed(p, record)
	case "EF.IIDF":
		return c.instances(p)
	case "EF.ICON":
		if v, ok := content[ef.Picture](c, p); ok {
			if m, ok := v.Points(); ok {
				return []Picture{{Image: m, Title: fmt.Sprintf("%d × %d", v.Width, v.Height)}}
			}
			return []Picture{{Why: texts.Say("picture.broken")}}
		}
	}
	return nil
}

// listed draws the images of a record of EF.IMG.
func (c *Card) listed(p card.Path, record int) []Picture {
	d, ok := c.Decode(p)
	if !ok || record < 1 || record > len(d.Parts) {
		return nil
	}
	list, _ := d.Parts[record-1].Value.(ef.ImageList)
	var out []Picture
	for _, inst := range list.Instances[:min(len(list.Instances), maxPictures)] {
		out = append(out, c.instance(p, inst))
	}
	return out
}

// instance draws an image from the file that it lies in.
func (c *Card) instance(img card.Path, inst ef.ImageInstance) Picture {
	out := Picture{Title: texts.Say("picture.title", "width", inst.Width, "height", inst.Height, "file", inst.File)}
	if len(inst.File) != 2 {
		out.Why = texts.Say("picture.broken")
		return out
	}
	at := img.Parent().Child(card.FID(inst.File[0])<<8 | card.FID(inst.File[1]))
	b, ok := c.binary(at)
	if !ok {
		out.Why = c.whyUnread(at)
		return out
	}
	if out.Image, _ = ef.DecodeImage(inst, b); len(out.Pixels) == 0 {
		out.Why = texts.Say("picture.broken")
	}
	return out
}

// instances draws what EF.IMG says lies in an EF.IIDF, or what the file looks
// like where nothing says so.
func (c *Card) instances(p card.Path) []Picture {
	var out []Picture
	img := p.Parent().Child(fidIMG)
	d, _ := c.Decode(img)
	for _, part := range d.Parts {
		list, _ := part.Value.(ef.ImageList)
		for _, inst := range list.Instances {
			if len(inst.File) == 2 && card.FID(inst.File[0])<<8|card.FID(inst.File[1]) == p.Last() && len(out) < maxPictures {
				out = append(out, c.instance(img, inst))
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	v, ok := content[ef.ImageData](c, p)
	if !ok || v.Looks == nil {
		return nil
	}
	pic := Picture{Title: texts.Say("picture.looks", "width", v.Looks.Width, "height", v.Looks.Height)}
	if pic.Image, _ = ef.DecodeImage(*v.Looks, v.Data); len(pic.Pixels) == 0 {
		return nil
	}
	return []Picture{pic}
}
